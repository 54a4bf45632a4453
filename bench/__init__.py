"""Benchmarks: ratios taken in one run. `make bench` prints them; nothing is asserted about time."""
