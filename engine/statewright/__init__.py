"""Statewright's engine: definitions, expressions, the pure core, event stores and definition sources."""

__version__ = "0.1.0"
