"""A machine over time: what a new version changes, what it does to stored streams, history from elsewhere."""
