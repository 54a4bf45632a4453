"""Declared fields: read from an author's schemas, and the form that values must have to fit them."""
