"""The entry points of this repository's own Lambda package, one module per function."""
