"""Reasoning about values: schemas, values and commands worth trying, guards, expressions, bounded search.

Knows neither findings nor files.
"""
