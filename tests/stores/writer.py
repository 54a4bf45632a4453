"""A process that appends to one stream of a SQLite store, for tests that kill it or run several of them.

It prints the id of each command whose append has returned, and nothing else on standard output.
"""

from __future__ import annotations

import sys
from itertools import count, islice
from pathlib import Path

from statewright.errors import Conflict, StoreUnavailable
from statewright.stores.port import EventStore, Head
from statewright.stores.sqlite import SqliteStore
from statewright.stores.sqlite_file import ROLLBACK, WRITE_AHEAD
from tests.contracts.commits import STREAM, commit_at

UNAVAILABLE = 3  # the exit status after StoreUnavailable


def main(path: str, mode: str, name: str, commits: str) -> int:
    """Append `commits` commits of several pages each; an empty number goes on until the process ends."""
    journal = {journal.mode: journal for journal in (ROLLBACK, WRITE_AHEAD)}[mode]
    try:
        store = SqliteStore(Path(path), journal=journal)
        head = store.read(STREAM, backwards=True, limit=1).head
        for turn in islice(count(), int(commits) if commits else None):
            head = append(store, head, f"{name}-{turn}")
            print(f"{name}-{turn}", flush=True)
    except StoreUnavailable:
        return UNAVAILABLE
    return 0


def append(store: EventStore, head: Head, command_id: str) -> Head:
    """Append one commit at the end of the stream, retrying after conflicts."""
    while True:
        try:
            return store.append(head, commit_at(head, command_id, events=3, data="x" * 2_000))
        except Conflict:
            head = store.read(STREAM, after=head).head


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
