"""The connection of a SQLite store. All threads share it and take turns, each with a deadline.

Owns opening and reopening the file, and detects if it was replaced. Contains no statements about commits.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Lock
from time import monotonic

from statewright.errors import StoreUnavailable
from statewright.stores.sqlite_file import Journal, SeenFile, bound_waits, connect, look_again, sqlite_error


class SharedConnection:
    """Opens `path` at the first turn, and again after an error or `close`.

    With `create`, a missing or empty file becomes a store, but only until it has been opened once. Afterwards
    commits were acknowledged, so a file without them is an error. Every turn checks that the file was not
    removed, replaced or shortened (a manual VACUUM looks the same); if it was, every call fails until
    `close`. A copy of at least the same size written over the file in place is not detected.
    """

    def __init__(self, path: Path, *, journal: Journal, busy_timeout_seconds: float, create: bool) -> None:
        self._path = path
        self._journal = journal
        self._busy_timeout_seconds = busy_timeout_seconds
        self._create = create
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None
        self._seen: SeenFile | None = None

    def reading(
        self, stream: str | None = None, version: int = 0
    ) -> AbstractContextManager[sqlite3.Connection]:
        """A turn with a consistent view. `stream`, `version`: for error messages."""
        return self._turn("BEGIN", stream, version)

    def writing(self, stream: str, version: int) -> AbstractContextManager[sqlite3.Connection]:
        """A turn with the write lock; committed at the end, or rolled back on any error."""
        # IMMEDIATE, because a transaction that reads first and then upgrades to a write lock fails at once if
        # another one has written in between, regardless of the busy timeout.
        return self._turn("BEGIN IMMEDIATE", stream, version)

    def close(self) -> None:
        """Close the file. A later turn opens the store that is at the path then."""
        with self._lock:
            self._disconnect()
            self._seen = None

    @contextmanager
    def _turn(self, begin: str, stream: str | None, version: int) -> Iterator[sqlite3.Connection]:
        """One transaction; other threads wait.

        After an error of SQLite the connection is discarded, because the outcome may be unknown, and after a
        failed flush its cache may differ from the disk.
        """
        deadline = monotonic() + self._busy_timeout_seconds
        if not self._lock.acquire(timeout=self._busy_timeout_seconds):
            raise StoreUnavailable(f"{self._path}: in use by other threads")
        try:
            connection = self._opened(deadline)
            with connection:
                bound_waits(connection, deadline)
                connection.execute(begin)
                yield connection
                bound_waits(connection, deadline)  # COMMIT may have to wait as well
        except (sqlite3.Error, UnicodeDecodeError) as error:
            self._disconnect()
            raise sqlite_error(error, self._path, stream=stream, version=version) from error
        finally:
            self._lock.release()

    def _opened(self, deadline: float) -> sqlite3.Connection:
        if self._seen is not None:
            now = look_again(self._path, self._seen)
            if not self._journal.may_shrink_file:
                self._seen = now
        if self._connection is None:
            self._connection, self._seen = connect(
                self._path, create=self._create, journal=self._journal, deadline=deadline
            )
            self._create = False
        return self._connection

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
