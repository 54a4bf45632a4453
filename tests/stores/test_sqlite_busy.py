"""A locked or full file is unavailable, no commit is half written, and a retry succeeds later."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from statewright.errors import StoreUnavailable
from statewright.stores.port import Head
from statewright.stores.sqlite import SqliteStore
from statewright.stores.sqlite_file import ROLLBACK
from tests.contracts.commits import STREAM, commit_at, fill, versions

BUSY_TIMEOUT_SECONDS = 0.05


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    path = tmp_path / "s.db"
    with closing(SqliteStore(path, busy_timeout_seconds=BUSY_TIMEOUT_SECONDS, journal=ROLLBACK)) as store:
        yield store


@pytest.fixture
def other(store: SqliteStore) -> Iterator[sqlite3.Connection]:
    """Open another program's connection to the same file."""
    with closing(sqlite3.connect(store.path, isolation_level=None)) as connection:
        yield connection


def append_until_full(store: SqliteStore) -> Head:
    """Append until the disk is full; return the last acknowledged head, which names the failed command."""
    head = store.read(STREAM).head
    for _ in range(1_000):
        try:
            head = store.append(head, commit_at(head, f"c-{head.version}", events=2, data="x" * 1_500))
        except StoreUnavailable:
            return head
    pytest.fail("the disk never became full")


def test_a_locked_file_is_unavailable_after_the_timeout(
    store: SqliteStore, other: sqlite3.Connection
) -> None:
    """The call fails after the whole busy timeout."""
    head = fill(store, ["c-1"])
    other.execute("BEGIN IMMEDIATE")
    begun = time.monotonic()
    with pytest.raises(StoreUnavailable, match="locked"):
        store.append(head, commit_at(head, "c-2"))
    assert time.monotonic() - begun >= BUSY_TIMEOUT_SECONDS


def test_an_append_succeeds_after_the_lock_is_released(store: SqliteStore, other: sqlite3.Connection) -> None:
    """The same append succeeds as soon as the file is free."""
    head = fill(store, ["c-1"])
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable):
        store.append(head, commit_at(head, "c-2"))
    other.execute("ROLLBACK")
    assert store.append(head, commit_at(head, "c-2")).version == 2


def test_an_exclusive_lock_makes_reads_unavailable(store: SqliteStore, other: sqlite3.Connection) -> None:
    """Reads succeed again after the lock is released."""
    fill(store, ["c-1"])
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreUnavailable):
        store.read(STREAM)
    other.execute("ROLLBACK")
    assert versions(store.read(STREAM).commits) == [1]


def test_a_failed_commit_leaves_no_rows_and_can_be_retried(
    store: SqliteStore, other: sqlite3.Connection
) -> None:
    """Another reader allows the inserts and blocks only the COMMIT."""
    head = fill(store, ["c-1"])
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM commits").fetchone()
    with pytest.raises(StoreUnavailable):
        store.append(head, commit_at(head, "c-2"))
    other.execute("ROLLBACK")
    assert store.read(STREAM).head == head
    assert store.append(head, commit_at(head, "c-2")) == store.read(STREAM).head


@pytest.mark.parametrize("pages", range(0, 40, 2))
def test_a_full_disk_loses_no_acknowledged_commit(store: SqliteStore, pages: int) -> None:
    """The acknowledged commits, and no others, are stored, whichever page first finds no space."""
    with store._shared.reading() as connection:
        (used,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {used + pages}")
    head = append_until_full(store)
    assert store.read(STREAM).head == head
    assert store.find(STREAM, [f"c-{head.version}"]) == {}


def test_an_append_succeeds_once_the_disk_has_room(store: SqliteStore) -> None:
    """An append that failed for lack of space succeeds later."""
    head = fill(store, ["c-1"])
    commit = commit_at(head, "c-2", data="x" * 100_000)
    with store._shared.reading() as connection:
        connection.execute("PRAGMA max_page_count = 1")
    with pytest.raises(StoreUnavailable):
        store.append(head, commit)
    assert store.append(head, commit) == store.read(STREAM).head


def test_a_missing_folder_is_unavailable(tmp_path: Path) -> None:
    """The message names the file."""
    with pytest.raises(StoreUnavailable, match=r"missing/s\.db: unable to open"):
        SqliteStore(tmp_path / "missing" / "s.db")


def test_a_closed_store_opens_again(store: SqliteStore) -> None:
    """Closing releases only the file."""
    head = fill(store, ["c-1"])
    store.close()
    store.close()
    assert store.read(STREAM).head == head
