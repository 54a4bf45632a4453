"""The event store that `--db` or `--table` names, open while a command runs.

A command that only reads never creates a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from statewright.stores.location import StoreLocation, open_store
from statewright.stores.memory import MemoryStore
from statewright.stores.port import EventStore

ATTEMPTS_MAX = 5  # of one request: a person waits more patiently than a queue


@contextmanager
def opened_store(events: StoreLocation | None, *, create: bool = False) -> Iterator[EventStore]:
    """The store in a file, which is made only when `create` is true, or in a table; in memory without one."""
    if events is None:
        yield MemoryStore()
        return
    with closing(open_store(events, create=create, attempts=ATTEMPTS_MAX)) as store:
        yield store
