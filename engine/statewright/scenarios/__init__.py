"""Scenarios: given some events, when a command arrives, then an expected outcome.

This package parses `*.scenarios.yaml`, runs scenarios through the real decide and evolve, measures coverage,
and generates missing scenarios. Only `suites` reads files.
"""
