"""Reasoning about definitions: schemas, guards, expressions, test values and a bounded search of states.

Reads no files and reports no findings.
"""
