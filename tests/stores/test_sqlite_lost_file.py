"""A file that was in use and is lost is an error that stays: it is never quietly begun anew."""

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
    """A store in use, whose commits have all reached the file itself."""
    path = tmp_path / "s.db"
    with closing(SqliteStore(path, journal=request.param, busy_timeout_seconds=0.05)) as store:
        fill(store, ["c-1", "c-2", "c-3"], data="x" * 5_000)
        store.close()
        store.read(STREAM)
        yield store


def fail_once(store: SqliteStore) -> None:
    """Make a call run into a lock, after which the store has let its connection go."""
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable):
            fill(store, ["c-locked"])


def assert_lost(store: SqliteStore, reason: str) -> None:
    """Reading and appending say so again and again, and not that it will pass."""
    head = Head(STREAM, 0, "")
    for call in (lambda: store.read(STREAM), lambda: store.append(head, commit_at(head, "c-1"))) * 2:
        with pytest.raises(StoreError, match=reason) as caught:
            call()
        assert caught.type is StoreError


@pytest.mark.parametrize("connected", [True, False])
def test_a_removed_file_is_not_created_again(store: SqliteStore, connected: bool) -> None:
    """Acknowledged commits are gone with it, so their commands must not have their effect twice."""
    if not connected:
        fail_once(store)
    store.path.unlink()
    assert_lost(store, r"file .*s\.db does not exist")
    assert not store.path.exists()


@pytest.mark.parametrize("connected", [True, False])
@pytest.mark.parametrize("size_bytes", [0, 1, 511, 600, 4_096, 8_192])
def test_a_cut_file_is_named_and_left_alone(store: SqliteStore, connected: bool, size_bytes: int) -> None:
    """Emptied, shorter than a header, or without its later pages."""
    if not connected:
        fail_once(store)
    os.truncate(store.path, size_bytes)
    left = store.path.read_bytes()
    assert_lost(store, rf"s\.db shrank from [\d,]+ to {size_bytes:,} bytes while in use")
    assert store.path.read_bytes() == left


@pytest.mark.parametrize("connected", [True, False])
def test_a_replaced_file_is_named_and_left_alone(store: SqliteStore, tmp_path: Path, connected: bool) -> None:
    """Also another store of ours: it does not hold what this one acknowledged."""
    if not connected:
        fail_once(store)
    with closing(SqliteStore(tmp_path / "other.db")) as other:
        fill(other, ["c-1"], data="x" * 100_000)
    os.replace(tmp_path / "other.db", store.path)
    left = store.path.read_bytes()
    assert_lost(store, r"s\.db was replaced by another file while in use")
    assert store.path.read_bytes() == left


@pytest.mark.parametrize(("content", "reason"), [(None, "does not exist"), (b"", "is empty")])
def test_a_closed_store_creates_nothing_either(
    store: SqliteStore, content: bytes | None, reason: str
) -> None:
    """The file was opened before, so whatever replaces it must be a store."""
    store.close()
    store.path.unlink()
    if content is not None:
        store.path.write_bytes(content)
    assert_lost(store, reason)
    assert (store.path.read_bytes() if store.path.exists() else None) == content


def test_a_closed_store_accepts_what_was_put_back(store: SqliteStore, tmp_path: Path) -> None:
    """Who closes lets go of the file; a backup may take its place before the next call."""
    store.close()
    with closing(SqliteStore(tmp_path / "backup.db")) as backup:
        head = fill(backup, ["c-1"])
    os.replace(tmp_path / "backup.db", store.path)
    assert store.read(STREAM).head == head


def test_growth_that_is_rolled_back_is_not_a_loss(tmp_path: Path) -> None:
    """Pages that another program added to the file and took back held nothing acknowledged."""
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


def test_a_cut_below_a_later_size_is_seen_under_a_write_ahead_log(tmp_path: Path) -> None:
    """There SQLite itself would go on from its log and its cache."""
    with closing(SqliteStore(tmp_path / "s.db", journal=WRITE_AHEAD)) as store:
        size_bytes = store.path.stat().st_size
        fill(store, ["c-1", "c-2"], data="x" * 50_000)
        with closing(sqlite3.connect(store.path)) as other:
            assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0)
        store.read(STREAM)
        os.truncate(store.path, size_bytes + 4_096)
        assert_lost(store, "shrank")


def test_a_file_removed_in_mid_append_acknowledges_nothing(tmp_path: Path) -> None:
    """SQLite looks once more when it opens its rollback journal."""

    def remove_while_appending(store: SqliteStore) -> None:
        with store._shared.writing(STREAM, 1) as connection:
            store.path.unlink()
            connection.execute("INSERT INTO commands VALUES ('s', 'c-1', 1)")

    with closing(SqliteStore(tmp_path / "s.db", journal=ROLLBACK)) as store:
        with pytest.raises(StoreError, match="removed or replaced while in use"):
            remove_while_appending(store)
        assert_lost(store, "does not exist")
