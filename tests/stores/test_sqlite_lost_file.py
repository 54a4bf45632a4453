"""Losing a file that is in use is a permanent error: the store never starts an empty file instead."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from statewright.errors import StoreError, StoreUnavailable
from statewright.stores.port import Head
from statewright.stores.sqlite import SqliteStore
from statewright.stores.sqlite_file import ROLLBACK, WRITE_AHEAD
from tests.contracts.commits import STREAM, commit_at, fill


@pytest.fixture(params=[ROLLBACK, WRITE_AHEAD], ids=["rollback", "write-ahead"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqliteStore]:
    """Yield a store in use, whose commits are all in the main file."""
    path = tmp_path / "s.db"
    with closing(SqliteStore(path, journal=request.param, busy_timeout_seconds=0.05)) as store:
        fill(store, ["c-1", "c-2", "c-3"], data="x" * 5_000)
        store.close()
        store.read(STREAM)
        yield store


def fail_once(store: SqliteStore) -> None:
    """Run a call into a lock, after which the store has closed its connection."""
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable):
            fill(store, ["c-locked"])


def assert_lost(store: SqliteStore, reason: str) -> None:
    """Check that every read and append fails with `reason`, as an error that is not transient."""
    head = Head(STREAM, 0, "")
    for call in (lambda: store.read(STREAM), lambda: store.append(head, commit_at(head, "c-1"))) * 2:
        with pytest.raises(StoreError, match=reason) as caught:
            call()
        assert caught.type is StoreError


@pytest.mark.parametrize("connected", [True, False])
def test_a_removed_file_is_not_created_again(store: SqliteStore, connected: bool) -> None:
    """Its acknowledged commits are gone, and an empty file would let their commands take effect twice."""
    if not connected:
        fail_once(store)
    store.path.unlink()
    assert_lost(store, r"file .*s\.db does not exist")
    assert not store.path.exists()


@pytest.mark.parametrize("connected", [True, False])
@pytest.mark.parametrize("size_bytes", [0, 1, 511, 600, 4_096, 8_192])
def test_a_cut_file_is_named_and_left_alone(store: SqliteStore, connected: bool, size_bytes: int) -> None:
    """The file may be empty, shorter than a header, or without its later pages."""
    if not connected:
        fail_once(store)
    os.truncate(store.path, size_bytes)
    left = store.path.read_bytes()
    assert_lost(store, rf"s\.db shrank from [\d,]+ to {size_bytes:,} bytes while in use")
    assert store.path.read_bytes() == left


@pytest.mark.parametrize("connected", [True, False])
def test_a_replaced_file_is_named_and_left_alone(store: SqliteStore, tmp_path: Path, connected: bool) -> None:
    """Another store does not contain the commits that this one acknowledged."""
    if not connected:
        fail_once(store)
    with closing(SqliteStore(tmp_path / "other.db")) as other:
        fill(other, ["c-1"], data="x" * 100_000)
    os.replace(tmp_path / "other.db", store.path)
    left = store.path.read_bytes()
    assert_lost(store, r"s\.db was replaced by another file while in use")
    assert store.path.read_bytes() == left


@pytest.mark.parametrize(("content", "reason"), [(None, "does not exist"), (b"", "is empty")])
def test_a_closed_store_creates_no_file(store: SqliteStore, content: bytes | None, reason: str) -> None:
    """The file existed before, so only another store may replace it."""
    store.close()
    store.path.unlink()
    if content is not None:
        store.path.write_bytes(content)
    assert_lost(store, reason)
    assert (store.path.read_bytes() if store.path.exists() else None) == content


def test_a_closed_store_accepts_a_restored_file(store: SqliteStore, tmp_path: Path) -> None:
    """Closing releases the file, so a backup may replace it before the next call."""
    store.close()
    with closing(SqliteStore(tmp_path / "backup.db")) as backup:
        head = fill(backup, ["c-1"])
    os.replace(tmp_path / "backup.db", store.path)
    assert store.read(STREAM).head == head


def test_growth_that_is_rolled_back_is_not_a_loss(tmp_path: Path) -> None:
    """Pages that another program added and rolled back held no acknowledged commits."""
    path = tmp_path / "s.db"
    with (
        closing(SqliteStore(path, journal=ROLLBACK, busy_timeout_seconds=0.05)) as store,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        other.execute("PRAGMA cache_size = 1")
        other.execute("BEGIN IMMEDIATE")
        other.execute("CREATE TABLE large AS SELECT zeroblob(500000)")
        with pytest.raises(StoreUnavailable, match="locked"):
            store.read(STREAM)
        grown_bytes = path.stat().st_size
        other.execute("ROLLBACK")
        assert path.stat().st_size < grown_bytes
        assert fill(store, ["c-4"]).version == 1


def test_a_truncation_is_detected_under_a_write_ahead_log(tmp_path: Path) -> None:
    """The file is still larger than at first, and SQLite itself would continue with its log and cache."""
    with closing(SqliteStore(tmp_path / "s.db", journal=WRITE_AHEAD)) as store:
        size_bytes = store.path.stat().st_size
        fill(store, ["c-1", "c-2"], data="x" * 50_000)
        with closing(sqlite3.connect(store.path)) as other:
            assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0)
        store.read(STREAM)
        os.truncate(store.path, size_bytes + 4_096)
        assert_lost(store, "shrank")


def test_removing_the_file_during_an_append_is_detected(tmp_path: Path) -> None:
    """SQLite checks the file again when it opens its rollback journal."""

    def remove_while_appending(store: SqliteStore) -> None:
        with store._shared.writing(STREAM, 1) as connection:
            store.path.unlink()
            connection.execute("INSERT INTO commands VALUES ('s', 'c-1', 1)")

    with closing(SqliteStore(tmp_path / "s.db", journal=ROLLBACK)) as store:
        with pytest.raises(StoreError, match="removed or replaced while in use"):
            remove_while_appending(store)
        assert_lost(store, "does not exist")
