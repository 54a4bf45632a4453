"""The event store in a SQLite file, for a laptop, tests or a single server.

Several threads and processes may share a file on a local disk. An acknowledged commit survives `kill -9` and,
on a disk that honours flushes, a power failure. Callers never see sqlite3.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import NamedTuple

from statewright.errors import Conflict, CorruptStream, DuplicateCommand
from statewright.machine.size_limits import COMMIT_BYTES_MAX
from statewright.stores.port import Head, Slice, StreamSummary
from statewright.stores.record import Commit, StoredCommand
from statewright.stores.record_text import decode
from statewright.stores.rules import absent, head_after, refuse_misread, slice_of, text_to_append
from statewright.stores.sqlite_connection import SharedConnection
from statewright.stores.sqlite_file import Journal, journal_for

BUSY_TIMEOUT_SECONDS = 2.0
COMMITS_PER_SCAN = 100  # per statement, because an open cursor would block writers

_LOGGER = logging.getLogger("statewright.stores")
_INTEGER_MAX = 2**63 - 1  # the largest integer in SQLite

_COMMITS = "SELECT stream, version, head, time, record FROM commits"
_SPAN = f"{_COMMITS} WHERE stream = :stream AND version > :after AND version <= :upto"
_READ = f"{_SPAN} ORDER BY version LIMIT :rows"
_READ_BACKWARDS = f"{_SPAN} ORDER BY version DESC LIMIT :rows"
_AT = f"{_COMMITS} WHERE stream = ? AND version = ?"
_BEHIND = f"{_COMMITS} WHERE (stream, version) > (?, ?) ORDER BY stream, version LIMIT ?"
_TAIL = "SELECT stream, head, time FROM commits WHERE stream = ? ORDER BY version DESC LIMIT 1"
_FIRST_TIME = "SELECT time FROM commits WHERE stream = ? ORDER BY version LIMIT 1"
_COMMAND = "SELECT version FROM commands WHERE stream = ? AND id = ?"
_FIRST_STREAM = "SELECT min(stream) FROM commits WHERE stream >= ?"
_NEXT_STREAM = "SELECT min(stream) FROM commits WHERE stream > ?"
_INSERT_COMMIT = "INSERT INTO commits (stream, version, head, time, record) VALUES (?, ?, ?, ?, ?)"
_INSERT_COMMAND = "INSERT INTO commands (stream, id, version) VALUES (?, ?, ?)"


class _Row(NamedTuple):
    stream: str
    version: int
    head: int
    time: str
    record: str


class SqliteStore:
    """An `EventStore` in the file at `path`.

    With `create`, the constructor turns a missing or empty file into a store. All threads share one
    connection and take turns, because SQLite has only one writer at a time. `busy_timeout_seconds` bounds the
    total time that a call waits for other threads and processes; it must not exceed the two seconds that the
    handler plans for. `journal` depends on the version of the SQLite library unless given.

    Every call raises StoreError for a file of another program, a newer one, or one that was replaced while in
    use (see `SharedConnection`), and StoreUnavailable if the file is busy.
    """

    dedupe_window: int | None = None
    commit_bytes_max: int = COMMIT_BYTES_MAX

    def __init__(
        self,
        path: str | PathLike[str],
        *,
        create: bool = True,
        busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS,
        journal: Journal | None = None,
    ) -> None:
        self.path = Path(path).absolute()
        self.journal = journal or journal_for(sqlite3.sqlite_version_info)
        self._shared = SharedConnection(
            self.path, journal=self.journal, busy_timeout_seconds=busy_timeout_seconds, create=create
        )
        with self._shared.reading():
            _LOGGER.info(
                "%s: journal mode %s, synchronous %s, SQLite %s",
                self.path,
                self.journal.mode,
                self.journal.synchronous,
                sqlite3.sqlite_version,
            )

    @property
    def name(self) -> str:
        """The resolved path of the file. Stored in checkpoints of verifications."""
        return str(self.path.resolve())

    def close(self) -> None:
        """Close the file. A later call opens it again."""
        self._shared.close()

    def read(
        self,
        stream: str,
        *,
        after: Head | None = None,
        upto: int | None = None,
        limit: int | None = None,
        backwards: bool = False,
    ) -> Slice:
        refuse_misread(stream, after=after, limit=limit)
        begin = after.version if after else 0
        bounds = {
            "stream": stream,
            "after": begin,
            "upto": _INTEGER_MAX if upto is None else min(upto, _INTEGER_MAX),
            "rows": -1 if limit is None else min(limit + 1, _INTEGER_MAX),
        }
        with self._shared.reading(stream, begin + 1) as connection:
            rows = connection.execute(_READ_BACKWARDS if backwards else _READ, bounds).fetchall()
        found = [_commit(_Row(*row)) for row in rows]
        return slice_of(stream, found, after=after, limit=limit, backwards=backwards)

    def append(self, head: Head, commit: Commit) -> Head:
        text = text_to_append(head, commit, size_bytes_max=self.commit_bytes_max)
        with self._shared.writing(commit.stream, commit.version) as connection:
            if head != _tail(connection, head.stream):
                return _settle(connection, head, text)
            for command in commit.commands:
                if stored := _stored_command(connection, commit.stream, command.id):
                    raise DuplicateCommand(commit.stream, stored)
            _insert(connection, commit, text)
        return head_after(commit)

    def find(self, stream: str, command_ids: Sequence[str]) -> Mapping[str, StoredCommand]:
        with self._shared.reading(stream, 1) as connection:
            found = {
                command_id: _stored_command(connection, stream, command_id) for command_id in command_ids
            }
        return {command_id: stored for command_id, stored in found.items() if stored}

    def streams(self, *, prefix: str = "") -> Iterator[StreamSummary]:
        # One short query per step, because an open cursor would block writers while the caller is busy.
        stream = self._stream_key(_FIRST_STREAM, prefix)
        while stream is not None and stream.startswith(prefix):
            with self._shared.reading(stream, 1) as connection:
                tail = _tail(connection, stream)
                (first_time,) = connection.execute(_FIRST_TIME, (stream,)).fetchone()
            yield StreamSummary(stream, tail.version, first_time, tail.time)
            stream = self._stream_key(_NEXT_STREAM, stream)

    def scan(
        self, *, segment: int = 0, of: int = 1, after: str | None = None
    ) -> Iterator[Commit | CorruptStream]:
        """Scans by key. There is only one segment; any other number raises ValueError."""
        if (segment, of) != (0, 1):
            raise ValueError(f"segment {segment} of {of}: a SQLite file has only one segment")
        key = ("", 0) if after is None else (after, _INTEGER_MAX)
        while True:
            with self._shared.reading() as connection:
                rows = [_Row(*row) for row in connection.execute(_BEHIND, (*key, COMMITS_PER_SCAN))]
            if not rows:
                return
            yield from map(_found, rows)
            key = (rows[-1].stream, rows[-1].version)

    def _stream_key(self, query: str, bound: str) -> str | None:
        with self._shared.reading() as connection:
            (stream,) = connection.execute(query, (bound,)).fetchone()
        return None if stream is None else str(stream)


def _tail(connection: sqlite3.Connection, stream: str) -> Head:
    row = connection.execute(_TAIL, (stream,)).fetchone()
    return Head(*row) if row else absent(stream)


def _settle(connection: sqlite3.Connection, head: Head, text: str) -> Head:
    """The answer to an append at a stale head: success if it was this commit, otherwise Conflict."""
    row = _row_at(connection, head.stream, head.version + 1)
    if row is None:
        raise CorruptStream(head.stream, head.version, "no commit with the time of the given head ends there")
    occupant = _commit(row)
    if row.record != text:
        raise Conflict(occupant)
    return head_after(occupant)


def _stored_command(connection: sqlite3.Connection, stream: str, command_id: str) -> StoredCommand | None:
    found = connection.execute(_COMMAND, (stream, command_id)).fetchone()
    if found is None:
        return None
    (version,) = found
    row = _row_at(connection, stream, version)
    for command in _commit(row).commands if row else ():
        if command.id == command_id:
            return command
    raise CorruptStream(stream, version, f'command "{command_id}" is missing from its commit')


def _insert(connection: sqlite3.Connection, commit: Commit, text: str) -> None:
    connection.execute(_INSERT_COMMIT, (commit.stream, commit.version, commit.head, commit.time, text))
    rows = [(commit.stream, command.id, commit.version) for command in commit.commands]
    connection.executemany(_INSERT_COMMAND, rows)


def _row_at(connection: sqlite3.Connection, stream: str, version: int) -> _Row | None:
    row = connection.execute(_AT, (stream, version)).fetchone()
    return _Row(*row) if row else None


def _commit(row: _Row) -> Commit:
    commit = decode(row.record, stream=row.stream, version=row.version)
    if (commit.head, commit.time) != (row.head, row.time):
        raise CorruptStream(row.stream, row.version, "its columns do not match its record")
    return commit


def _found(row: _Row) -> Commit | CorruptStream:
    try:
        return _commit(row)
    except CorruptStream as error:
        return error
