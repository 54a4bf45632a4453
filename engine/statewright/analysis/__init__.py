"""Reasoning about the values of a machine: what a schema admits, values and commands worth trying, what guards
and expressions come to, and bounded search. Knows neither findings nor files.
"""
