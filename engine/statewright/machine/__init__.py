"""Compiled definitions and the pure functions that use them: decide, evolve and replay."""
