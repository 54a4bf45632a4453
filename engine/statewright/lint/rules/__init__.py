"""The rules of `check`, one module per topic."""
