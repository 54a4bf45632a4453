"""The journal is chosen by the SQLite version, applied, logged and kept."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from statewright.errors import StoreError
from statewright.stores.sqlite import SqliteStore
from statewright.stores.sqlite_file import ROLLBACK, WRITE_AHEAD, Journal, journal_for
from tests.contracts.commits import STREAM, fill

SETTINGS = [(ROLLBACK, "delete", 3), (WRITE_AHEAD, "wal", 2)]


@pytest.mark.parametrize("library", [(3, 44, 6), (3, 44, 9), (3, 50, 7), (3, 51, 3), (3, 52, 0), (4, 0, 0)])
def test_a_fixed_library_uses_write_ahead(library: tuple[int, int, int]) -> None:
    """Libraries with the fix of the WAL-reset race use the faster journal."""
    assert journal_for(library) == WRITE_AHEAD


@pytest.mark.parametrize("library", [(3, 40, 1), (3, 44, 5), (3, 45, 0), (3, 50, 6), (3, 51, 0), (3, 51, 2)])
def test_a_library_with_the_race_uses_rollback(library: tuple[int, int, int]) -> None:
    """Other libraries use the journal that the race does not affect."""
    assert journal_for(library) == ROLLBACK


def test_a_library_without_strict_tables_is_refused() -> None:
    """The message names the required version and the installed one."""
    with pytest.raises(StoreError, match=r"3\.37 or newer is required; this Python has 3\.36\.0"):
        journal_for((3, 36, 0))


@pytest.mark.parametrize(("journal", "mode", "synchronous"), SETTINGS)
def test_the_journal_settings_are_used(tmp_path: Path, journal: Journal, mode: str, synchronous: int) -> None:
    """SQLite itself reports the mode and the setting, even after reconnecting."""
    with closing(SqliteStore(tmp_path / "s.db", journal=journal)) as store:
        store.close()
        with store._shared.reading() as connection:
            assert connection.execute("PRAGMA journal_mode").fetchone() == (mode,)
            assert connection.execute("PRAGMA synchronous").fetchone() == (synchronous,)


def test_the_choice_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """One line names the file, the journal, the setting and the library's version."""
    with caplog.at_level(logging.INFO, "statewright.stores"):
        SqliteStore(tmp_path / "s.db", journal=ROLLBACK).close()
    (message,) = caplog.messages
    assert message == (
        f"{tmp_path}/s.db: journal mode delete, synchronous extra, SQLite {sqlite3.sqlite_version}"
    )


@pytest.mark.parametrize(("before", "after"), [(ROLLBACK, WRITE_AHEAD), (WRITE_AHEAD, ROLLBACK)])
def test_a_file_changes_its_journal_with_the_library(tmp_path: Path, before: Journal, after: Journal) -> None:
    """A file may move between machines with different libraries, and keeps its commits."""
    with closing(SqliteStore(tmp_path / "s.db", journal=before)) as store:
        head = fill(store, ["c-1"])
    with closing(SqliteStore(tmp_path / "s.db", journal=after)) as store:
        assert store.read(STREAM).head == head
