"""A machine over time: comparing versions, verifying stored streams, importing history."""
