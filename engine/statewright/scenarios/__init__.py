"""Scenarios: given events, when a command, then what must come of it; run through the real decide and evolve.

Reads the text of `*.scenarios.yaml`, runs it, measures what it covers, finds what it lacks. Only `suites`
reads files.
"""
