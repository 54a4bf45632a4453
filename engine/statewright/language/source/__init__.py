"""Parses files into plain data with positions, and rejects hostile or ambiguous text."""
