"""What is not ours, or damaged, is named and never overwritten."""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from statewright.errors import CorruptStream, StoreError
from statewright.stores.port import Head
from statewright.stores.sqlite import SqliteStore
from tests.contracts.commits import OTHER_STREAM, STREAM, commit_at, fill


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store of five commits with two events each, and one commit in another stream."""
    path = tmp_path / "s.db"
    with closing(SqliteStore(path)) as store:
        fill(store, [f"c-{n}" for n in range(5)], events=2)
        fill(store, ["c-1"], stream=OTHER_STREAM)
    return path


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(path)) as store:
        yield store


def change(path: Path, statement: str) -> None:
    """Alter the file by hand, behind the adapter's back."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


def write_at(path: Path, offset: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(content)


def use(path: Path) -> str:
    """The result of reading every stream and appending to it."""
    try:
        with closing(SqliteStore(path)) as store:
            for summary in store.streams():
                head = store.read(summary.stream).head
                store.append(head, commit_at(head, "c-new"))
    except StoreError as error:
        return type(error).__name__
    return "no damage noticed"


@pytest.mark.parametrize(
    ("statement", "version", "reason"),
    [
        ("DELETE FROM commits WHERE version = 5", 5, "the next commit starts at version 7"),
        ("DELETE FROM commits WHERE version = 1", 1, "the next commit starts at version 3"),
        ("UPDATE commits SET record = 'x' WHERE version = 3", 3, "unreadable record"),
        ("UPDATE commits SET record = CAST(x'ff' AS TEXT)", 1, "not UTF-8"),
        ("UPDATE commits SET head = 7 WHERE version = 5", 5, "columns do not match"),
        ("UPDATE commits SET time = '' WHERE version = 5", 5, "columns do not match"),
        ("UPDATE commits SET version = 6 WHERE version = 5", 6, "its record belongs to"),
        (
            f"UPDATE commits SET stream = '{STREAM}', version = 11 WHERE stream = '{OTHER_STREAM}'",
            11,
            "belongs to",
        ),
    ],
)
@pytest.mark.parametrize("backwards", [False, True])
def test_an_altered_stream_is_named(
    store: SqliteStore, path: Path, statement: str, version: int, reason: str, backwards: bool
) -> None:
    """A gap or a changed row gives the stream and the version where it stops being one."""
    change(path, statement)
    with pytest.raises(CorruptStream, match=reason) as caught:
        store.read(STREAM, backwards=backwards)
    assert (caught.value.stream, caught.value.version) == (STREAM, version)


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_a_gap_between_two_pages_is_seen(store: SqliteStore, path: Path, limit: int) -> None:
    """Paging backwards does not step over a missing commit."""
    change(path, "DELETE FROM commits WHERE version = 7")
    with pytest.raises(CorruptStream, match="version 7"):
        store.read(STREAM, backwards=True, limit=limit)


def test_a_lost_tail_is_not_written_over(store: SqliteStore, path: Path) -> None:
    """A writer that saw a commit which is gone is refused, and the log stays as it is."""
    head = store.read(STREAM).head
    change(path, "DELETE FROM commits WHERE version = 9")
    with pytest.raises(CorruptStream, match="at version 10"):
        store.append(head, commit_at(head, "c-6"))
    assert store.read(STREAM).head.version == 8


def test_an_altered_head_does_not_make_room(store: SqliteStore, path: Path) -> None:
    """A row that claims to end where nothing ends is found out by the write itself, which is undone."""
    absent = store.read(OTHER_STREAM, upto=0).head
    change(path, f"UPDATE commits SET head = 0, time = '' WHERE stream = '{OTHER_STREAM}'")
    with pytest.raises(CorruptStream, match="UNIQUE constraint"):
        store.append(absent, commit_at(absent, "c-2"))
    assert store.find(OTHER_STREAM, ["c-2"]) == {}


def test_a_command_without_its_commit_is_corrupt(store: SqliteStore, path: Path) -> None:
    """Neither found nor absent: the caller must not decide on either."""
    change(path, "DELETE FROM commits WHERE version = 9")
    with pytest.raises(CorruptStream, match='"c-4" is missing from its commit'):
        store.find(STREAM, ["c-4"])


def test_damage_of_one_stream_leaves_the_others(store: SqliteStore, path: Path) -> None:
    """Only the aggregate whose rows were altered stops."""
    change(path, f"UPDATE commits SET record = '' WHERE stream = '{STREAM}'")
    assert fill(store, ["c-2"], stream=OTHER_STREAM).version == 2


@pytest.mark.parametrize("size_bytes", [1, 511, 512, 4_096, 5_000, 20_000])
def test_a_truncated_file_is_damaged(path: Path, size_bytes: int) -> None:
    """The message names the file, and the rest of it stays."""
    os.truncate(path, size_bytes)
    left = path.read_bytes()
    with pytest.raises(StoreError, match=r"s\.db is (damaged|not a database)"):
        SqliteStore(path)
    assert path.read_bytes() == left


@pytest.mark.parametrize("table", ["commits", "commands"])
def test_a_missing_table_is_not_transient(store: SqliteStore, path: Path, table: str) -> None:
    """No repetition brings it back, and it concerns the file, not one stream."""
    change(path, f"DROP TABLE {table}")
    with pytest.raises(
        StoreError, match=f"s.db is damaged or not a database: no such table: {table}"
    ) as caught:
        fill(store, ["c-6"])
    assert caught.type is StoreError


@pytest.mark.parametrize("seed", range(40))
def test_damage_raises_store_errors_only(path: Path, seed: int) -> None:
    """Callers never see errors of sqlite3, Unicode or JSON, whichever 32 bytes are overwritten."""
    chance = random.Random(seed)
    write_at(path, chance.randrange(path.stat().st_size - 32), chance.randbytes(32))
    assert use(path) in {"no damage noticed", "StoreError", "CorruptStream", "StoreUnavailable"}


def test_a_newer_file_is_refused(path: Path) -> None:
    """A file of a later program is left alone, with both versions named."""
    change(path, "PRAGMA user_version = 2")
    with pytest.raises(StoreError, match="has schema version 2; this program reads version 1"):
        SqliteStore(path)


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE t (x)", "PRAGMA user_version = 1", "PRAGMA application_id = 7"]
)
def test_a_database_of_another_program_is_left_alone(tmp_path: Path, statement: str) -> None:
    """Not one byte changes in a database that is not ours."""
    alien = tmp_path / "alien.db"
    change(alien, statement)
    before = alien.read_bytes()
    with pytest.raises(StoreError, match="database of another program"):
        SqliteStore(alien)
    assert alien.read_bytes() == before


@pytest.mark.parametrize("content", [b"x", b"machine: order\n" * 100], ids=["a byte", "a text"])
def test_a_file_that_is_not_a_database_is_left_alone(tmp_path: Path, content: bytes) -> None:
    """Not one byte changes in a file that is not a database."""
    alien = tmp_path / "order.yaml"
    alien.write_bytes(content)
    with pytest.raises(StoreError, match="not a database"):
        SqliteStore(alien)
    assert alien.read_bytes() == content


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    """A file made by mktemp or touch is a fine place to start."""
    path = tmp_path / "s.db"
    path.touch()
    with closing(SqliteStore(path)) as store:
        assert store.read(STREAM).head == Head(STREAM, 0, "")
