"""The event store port, the stored records, and the adapters."""
