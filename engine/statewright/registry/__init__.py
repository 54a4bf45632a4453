"""Sources of definitions, and publishing."""
