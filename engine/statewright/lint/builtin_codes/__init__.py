"""The documentation of codes whose findings are made while a definition is read, or after it was checked."""
