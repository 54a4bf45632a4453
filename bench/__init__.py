"""Benchmarks: ratios measured within one run. `make bench` prints them; no time limits are asserted."""
