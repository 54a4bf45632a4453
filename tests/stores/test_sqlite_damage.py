"""Foreign or damaged files and records are reported and never overwritten."""

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
    """Create a store with five commits of two events each, and one commit in another stream."""
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
    """Change the file without the adapter."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


def write_at(path: Path, offset: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(content)


def use(path: Path) -> str:
    """Read every stream and append to it; return the name of the error, if any."""
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
def test_an_altered_stream_is_corrupt(
    store: SqliteStore, path: Path, statement: str, version: int, reason: str, backwards: bool
) -> None:
    """The error has the stream, and the version of the gap or changed row."""
    change(path, statement)
    with pytest.raises(CorruptStream, match=reason) as caught:
        store.read(STREAM, backwards=backwards)
    assert (caught.value.stream, caught.value.version) == (STREAM, version)


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_a_gap_between_two_pages_is_detected(store: SqliteStore, path: Path, limit: int) -> None:
    """Paging backwards does not step over a missing commit."""
    change(path, "DELETE FROM commits WHERE version = 7")
    with pytest.raises(CorruptStream, match="version 7"):
        store.read(STREAM, backwards=True, limit=limit)


def test_a_lost_tail_is_not_overwritten(store: SqliteStore, path: Path) -> None:
    """A writer that saw the lost commit is refused, and the log stays unchanged."""
    head = store.read(STREAM).head
    change(path, "DELETE FROM commits WHERE version = 9")
    with pytest.raises(CorruptStream, match="at version 10"):
        store.append(head, commit_at(head, "c-6"))
    assert store.read(STREAM).head.version == 8


def test_an_altered_head_does_not_allow_an_append(store: SqliteStore, path: Path) -> None:
    """A UNIQUE constraint detects the existing row, and the write is rolled back."""
    absent = store.read(OTHER_STREAM, upto=0).head
    change(path, f"UPDATE commits SET head = 0, time = '' WHERE stream = '{OTHER_STREAM}'")
    with pytest.raises(CorruptStream, match="UNIQUE constraint"):
        store.append(absent, commit_at(absent, "c-2"))
    assert store.find(OTHER_STREAM, ["c-2"]) == {}


def test_a_command_without_its_commit_is_corrupt(store: SqliteStore, path: Path) -> None:
    """The command is neither found nor absent, so the caller must not decide on either."""
    change(path, "DELETE FROM commits WHERE version = 9")
    with pytest.raises(CorruptStream, match='"c-4" is missing from its commit'):
        store.find(STREAM, ["c-4"])


def test_damage_to_one_stream_does_not_affect_others(store: SqliteStore, path: Path) -> None:
    """Only the aggregate whose rows were altered stops."""
    change(path, f"UPDATE commits SET record = '' WHERE stream = '{STREAM}'")
    assert fill(store, ["c-2"], stream=OTHER_STREAM).version == 2


@pytest.mark.parametrize("size_bytes", [1, 511, 512, 4_096, 5_000, 20_000])
def test_a_truncated_file_is_damaged(path: Path, size_bytes: int) -> None:
    """The message names the file, whose remaining bytes stay unchanged."""
    os.truncate(path, size_bytes)
    left = path.read_bytes()
    with pytest.raises(StoreError, match=r"s\.db is (damaged|not a database)"):
        SqliteStore(path)
    assert path.read_bytes() == left


@pytest.mark.parametrize("table", ["commits", "commands"])
def test_a_missing_table_is_not_transient(store: SqliteStore, path: Path, table: str) -> None:
    """A retry cannot restore the table, and the error concerns the file, not one stream."""
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
    """A file of a later program is left unchanged, and the error names both versions."""
    change(path, "PRAGMA user_version = 2")
    with pytest.raises(StoreError, match="has schema version 2; this program reads version 1"):
        SqliteStore(path)


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE t (x)", "PRAGMA user_version = 1", "PRAGMA application_id = 7"]
)
def test_a_database_of_another_program_is_not_changed(tmp_path: Path, statement: str) -> None:
    """The file keeps its exact bytes."""
    alien = tmp_path / "alien.db"
    change(alien, statement)
    before = alien.read_bytes()
    with pytest.raises(StoreError, match="database of another program"):
        SqliteStore(alien)
    assert alien.read_bytes() == before


@pytest.mark.parametrize("content", [b"x", b"machine: order\n" * 100], ids=["a byte", "a text"])
def test_a_file_that_is_not_a_database_is_not_changed(tmp_path: Path, content: bytes) -> None:
    """The file keeps its exact bytes."""
    alien = tmp_path / "order.yaml"
    alien.write_bytes(content)
    with pytest.raises(StoreError, match="not a database"):
        SqliteStore(alien)
    assert alien.read_bytes() == content


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    """Files made by mktemp or touch may become stores."""
    path = tmp_path / "s.db"
    path.touch()
    with closing(SqliteStore(path)) as store:
        assert store.read(STREAM).head == Head(STREAM, 0, "")
