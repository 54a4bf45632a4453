"""Reasoning about values that checks, scenarios and compatibility share: boundary values and guard cases."""
