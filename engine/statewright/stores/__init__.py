"""The event store port, what it stores, and its adapters."""
