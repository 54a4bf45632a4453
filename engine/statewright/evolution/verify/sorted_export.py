"""Sorts the items of an export by stream and version, using a temporary SQLite file.

The file is about as large as the unpacked export, and memory holds one page of it. `TMPDIR` sets its
location.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from statewright.evolution.verify.export import DataFile, ExportUnusable, data_files, read_items
from statewright.evolution.verify.streams import ScannedCommit
from statewright.stores.dynamodb_item import key_of, scanned_commit

ITEMS_PER_PAGE = 100
_VERSION_MAX = 2**63 - 1  # the largest that SQLite sorts
_TABLE = "CREATE TABLE items (stream TEXT NOT NULL, version INTEGER NOT NULL, item TEXT NOT NULL) STRICT"
_ORDER = "CREATE UNIQUE INDEX in_order ON items (stream, version)"
_INSERT = "INSERT INTO items VALUES (?, ?, ?)"
_PAGE_AFTER = "SELECT stream, version, item FROM items WHERE (stream, version) > (?, ?) ORDER BY 1, 2 LIMIT ?"


class SortedExport:
    """An `EventLog` with one segment, in key order."""

    segments = 1

    def __init__(self, connection: sqlite3.Connection, *, name: str) -> None:
        self.name = name
        self._connection = connection

    def scan(self, _segment: int, /, *, after: str | None) -> Iterator[ScannedCommit]:
        key = ("", 0) if after is None else (after, _VERSION_MAX)
        while rows := self._connection.execute(_PAGE_AFTER, (*key, ITEMS_PER_PAGE)).fetchall():
            key = rows[-1][:2]
            yield from (scanned_commit(json.loads(item)) for _, _, item in rows)


@contextmanager
def sorted_export(
    folder: Path, *, show_status: Callable[[str], None] = lambda _done: None
) -> Iterator[SortedExport]:
    """Sort an export. `show_status` receives the progress. Raises ExportUnusable, OSError."""
    files = data_files(folder)
    with TemporaryDirectory(prefix="statewright-") as temporary:
        path = Path(temporary) / "items"
        with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as connection:
            # The file is temporary, so it does not need to survive a crash.
            connection.execute("PRAGMA journal_mode = off")
            connection.execute("PRAGMA synchronous = off")
            connection.execute(_TABLE)
            for number, file in enumerate(files, 1):
                connection.execute("BEGIN")
                connection.executemany(_INSERT, _rows(file))
                connection.execute("COMMIT")
                show_status(f"{number:,} of {len(files):,} data files read")
            _sort(connection, folder)
            yield SortedExport(connection, name=_name(files))


def _rows(file: DataFile) -> Iterator[tuple[str, int, str]]:
    for item in read_items(file):
        try:
            stream, version = key_of(item)
        except (LookupError, TypeError, ValueError, ArithmeticError) as error:
            reason = "contains items without the keys stream and version; name an export of the events table"
            raise ExportUnusable(file.path, reason) from error
        if not 1 <= version <= _VERSION_MAX:
            raise ExportUnusable(
                file.path, f"contains a commit of {stream} at the impossible version {version}"
            )
        yield stream, version, json.dumps(item)


def _sort(connection: sqlite3.Connection, folder: Path) -> None:
    try:
        connection.execute(_ORDER)
    except sqlite3.IntegrityError as error:
        raise ExportUnusable(folder, "contains a commit twice; keep only one export in the folder") from error


def _name(files: Sequence[DataFile]) -> str:
    """A name derived from the checksums in the manifest, or without a manifest from the file sizes."""
    known = [(file.path.name, file.md5 or file.path.stat().st_size) for file in files]
    return f"export {hashlib.sha256(repr(known).encode()).hexdigest()}"
