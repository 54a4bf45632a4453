"""Declared fields: reading their schemas, and validating and normalising values against them."""
