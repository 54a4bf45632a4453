"""Handles commands, singly or in batches: load, decide, append, settle. Independent of AWS."""
