"""The connection of a SQLite store: one for all threads, which take turns, each within one deadline.

Owns when the file is opened, that it stays the same file, and when the connection is thrown away. Knows no
statement about commits.
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

    Only until it was open once, and only when `create` is true, is a missing or empty file made into a
    store: afterwards its commits were acknowledged, so a file without them is a loss and a StoreError.
    Every turn looks whether the file was removed, replaced, or cut below the size that it is known to have
    had (a VACUUM by hand looks the same); until `close` there is no way back from that. Not noticed is a copy
    written over the file in place that is no smaller: there old heads meet a log that never ended at them.
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
        """A turn whose statements all see one moment. `stream`, `version`: what it is used for."""
        return self._turn("BEGIN", stream, version)

    def writing(self, stream: str, version: int) -> AbstractContextManager[sqlite3.Connection]:
        """A turn that holds the write lock: what it does is committed, or rolled back on any error."""
        # IMMEDIATE: a transaction that reads first and then asks for the write lock fails at once where
        # another one has written meanwhile, whatever the busy timeout says.
        return self._turn("BEGIN IMMEDIATE", stream, version)

    def close(self) -> None:
        """Let go of the file; a later turn opens whatever store stands at the path then."""
        with self._lock:
            self._disconnect()
            self._seen = None

    @contextmanager
    def _turn(self, begin: str, stream: str | None, version: int) -> Iterator[sqlite3.Connection]:
        """One transaction, for this thread alone.

        After an error of SQLite the connection is thrown away: an outcome may be unknown, and after a
        failed flush its cache may hold what the disk does not.
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
                bound_waits(connection, deadline)  # COMMIT may have to wait, too
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
