"""Opens the event store that `--db` or `--table` names for a scan of all streams."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from statewright.cli.shared.event_store import ATTEMPTS_MAX
from statewright.evolution.verify.event_logs import EventLog, OrderedLog, TableLog
from statewright.stores.location import DynamoTable, SqliteFile, StoreLocation, open_store

SEGMENTS = 4  # of a table


@contextmanager
def opened_event_log(events: StoreLocation, *, segments: int = SEGMENTS) -> Iterator[EventLog]:
    """Open the event log. `segments`: the number of a table's segments to scan in parallel."""
    with closing(open_store(events, create=False, attempts=ATTEMPTS_MAX)) as store:
        match events:
            case DynamoTable():
                yield TableLog(store, name=store.name, segments=segments)
            case SqliteFile():
                yield OrderedLog(store, name=store.name)
