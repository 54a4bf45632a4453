"""Families of changes, each by the element that changes. None of them reads a file or a clock."""
