"""A compiled definition and the pure functions on it: decide, evolve, replay."""
