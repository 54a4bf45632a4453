"""The database file of the SQLite store: opens, recognises and creates it, and translates its errors.

A file of another program, or of a newer version, is refused before anything is written to it. Also chooses
the journal mode and detects that a file was replaced.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from time import monotonic

from statewright.errors import CorruptStream, StoreError, StoreUnavailable

APPLICATION_ID = 0x53575247  # "SWRG" in the header identifies files of this program
SCHEMA_VERSION = 1

# STORED. Change only together with SCHEMA_VERSION and a migration. `position` is the order of all commits;
# `head` and `time` repeat the record, so that appends and listings do not have to parse it.
_SCHEMA = (
    """
    CREATE TABLE commits (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        stream TEXT NOT NULL,
        version INTEGER NOT NULL,
        head INTEGER NOT NULL,
        time TEXT NOT NULL,
        record TEXT NOT NULL,
        UNIQUE (stream, version)
    ) STRICT
    """,
    """
    CREATE TABLE commands (
        stream TEXT NOT NULL,
        id TEXT NOT NULL,
        version INTEGER NOT NULL,
        PRIMARY KEY (stream, id)
    ) STRICT, WITHOUT ROWID
    """,
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {SCHEMA_VERSION}",
)
_DATABASE_BYTES_MIN = 512  # SQLite treats a shorter file as empty and would overwrite it
_FOREIGN = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}  # ERROR: one of the tables is missing
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_CONSTRAINT}


@dataclass(frozen=True, slots=True)
class SeenFile:
    """The identity and the size of a file when it was last seen."""

    device: int
    inode: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Journal:
    """SQLite's journal mode and synchronous setting."""

    mode: str
    synchronous: str

    @property
    def may_shrink_file(self) -> bool:
        """Whether a rollback may shorten the file by the pages of an unfinished commit."""
        return self.mode != "wal"


WRITE_AHEAD = Journal("wal", "full")
ROLLBACK = Journal("delete", "extra")


def journal_for(library: tuple[int, int, int]) -> Journal:
    """The fastest journal that loses no acknowledged commit with this version of the SQLite library.

    Up to 3.51.2, two connections may corrupt a file in WAL mode when one resets the log
    (https://sqlite.org/wal.html). The fix was backported to 3.44.6 and 3.50.7. Raises StoreError for a
    library without STRICT tables.
    """
    if library < (3, 37):
        raise StoreError(f"SQLite 3.37 or newer is required; this Python has {'.'.join(map(str, library))}")
    fixed = library >= (3, 51, 3) or (3, 50, 7) <= library < (3, 51) or (3, 44, 6) <= library < (3, 45)
    return WRITE_AHEAD if fixed else ROLLBACK


def connect(
    path: Path, *, create: bool, journal: Journal, deadline: float
) -> tuple[sqlite3.Connection, SeenFile]:
    """A connection for threads that take turns, and the file with everything committed so far.

    `create`: turn a missing or empty file into a store. `deadline`: of the monotonic clock, for all waiting.
    Raises StoreError for a file of another program, of a newer version, or missing or empty without `create`.
    Errors of SQLite are left to `sqlite_error`.
    """
    size_bytes = _size_bytes(path) if create else look_at(path).size_bytes
    if 0 < size_bytes < _DATABASE_BYTES_MIN:
        raise StoreError(f"{path} is not a database")
    uri = f"{path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    try:
        _prepare(connection, path, create=create, journal=journal, deadline=deadline)
        bound_waits(connection, deadline)
        return connection, _committed_file(connection, path)
    except BaseException:
        connection.close()
        raise


def look_at(path: Path) -> SeenFile:
    """The file at `path` now. Raises StoreError if it is missing.

    Uses stat, because opening and closing the file would drop the locks of this process's other connections.
    """
    try:
        found = path.stat()
    except FileNotFoundError as error:
        raise StoreError(f"file {path} does not exist") from error
    except OSError as error:
        raise StoreUnavailable(f"{path}: {error.strerror}") from error
    return SeenFile(found.st_dev, found.st_ino, found.st_size)


def look_again(path: Path, before: SeenFile) -> SeenFile:
    """The current state of the file. Raises StoreError if it is missing, another file, or smaller."""
    now = look_at(path)
    if (now.device, now.inode) != (before.device, before.inode):
        raise StoreError(f"{path} was replaced by another file while in use")
    if now.size_bytes < before.size_bytes:
        raise StoreError(f"{path} shrank from {before.size_bytes:,} to {now.size_bytes:,} bytes while in use")
    return now


def bound_waits(connection: sqlite3.Connection, deadline: float) -> None:
    """Let the next statement wait for locks until `deadline` of the monotonic clock."""
    milliseconds = max(0, ceil((deadline - monotonic()) * 1000))
    connection.execute(f"PRAGMA busy_timeout = {milliseconds}")


def sqlite_error(
    error: sqlite3.Error | UnicodeDecodeError, path: Path, *, stream: str | None, version: int
) -> StoreError:
    """The StoreError for `error`, raised at `version` of `stream` (None: not for one stream).

    A violated constraint means a damaged index, because the store checks before it writes, in one
    transaction.
    """
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:  # from the sqlite3 module itself, whose message quotes the payload
        return _damage(path, "text that is not UTF-8", stream=stream, version=version)
    if code == sqlite3.SQLITE_READONLY_DBMOVED:
        return StoreError(f"{path} was removed or replaced while in use")
    if code & 0xFF in _FOREIGN:
        return _damage(path, str(error), stream=None, version=version)
    if code & 0xFF in _DAMAGED:
        return _damage(path, str(error), stream=stream, version=version)
    return StoreUnavailable(f"{path}: {error}")


def _damage(path: Path, reason: str, *, stream: str | None, version: int) -> StoreError:
    if stream is None:
        return StoreError(f"{path} is damaged or not a database: {reason}")
    return CorruptStream(stream, version, f"{path} is damaged: {reason}")


def _size_bytes(path: Path) -> int:
    try:
        return look_at(path).size_bytes
    except StoreError:
        return 0  # missing, or SQLite reports why it cannot be opened


def _prepare(
    connection: sqlite3.Connection, path: Path, *, create: bool, journal: Journal, deadline: float
) -> None:
    bound_waits(connection, deadline)
    known = _is_ours(connection, path)
    if not known and not create:
        raise StoreError(f"{path} is empty")
    bound_waits(connection, deadline)
    _set_journal(connection, path, journal)
    if not known:
        bound_waits(connection, deadline)
        _create(connection)


def _is_ours(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether the file is a store; False if it is empty. One transaction, as others may be creating it."""
    with connection:
        connection.execute("BEGIN")
        application_id = _number(connection, "PRAGMA application_id")
        schema_version = _number(connection, "PRAGMA user_version")
        objects = _number(connection, "SELECT count(*) FROM sqlite_schema")
        page_bytes = _number(connection, "PRAGMA page_size")
    if application_id == schema_version == objects == 0:
        return False
    if application_id != APPLICATION_ID:
        raise StoreError(f"{path} is the database of another program")
    if schema_version != SCHEMA_VERSION:
        raise StoreError(
            f"{path} has schema version {schema_version}; this program reads version {SCHEMA_VERSION}"
        )
    if _size_bytes(path) % page_bytes:
        raise StoreError(f"{path} is damaged: its last page is incomplete")  # SQLite would pad it with zeros
    return True


def _set_journal(connection: sqlite3.Connection, path: Path, journal: Journal) -> None:
    connection.execute(f"PRAGMA synchronous = {journal.synchronous}")
    (mode,) = connection.execute(f"PRAGMA journal_mode = {journal.mode}").fetchone()
    if mode != journal.mode:
        raise StoreUnavailable(f"{path} stays in journal mode {mode}; {journal.mode} is required")


def _create(connection: sqlite3.Connection) -> None:
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        if _number(connection, "PRAGMA application_id") == APPLICATION_ID:
            return  # another process was faster
        for statement in _SCHEMA:
            connection.execute(statement)


def _committed_file(connection: sqlite3.Connection, path: Path) -> SeenFile:
    """The file while it is locked against writers, so that its size includes only finished commits."""
    with connection:
        connection.execute("BEGIN")
        _number(connection, "SELECT count(*) FROM sqlite_schema")  # takes the lock
        return look_at(path)


def _number(connection: sqlite3.Connection, query: str) -> int:
    (number,) = connection.execute(query).fetchone()
    return int(number)
