"""The store opens exactly the named file; with `create=False` it must already be a store."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from statewright.errors import StoreError
from statewright.stores.sqlite import SqliteStore
from tests.contracts.commits import STREAM, fill


def test_opening_without_create_creates_no_file(tmp_path: Path) -> None:
    """A mistyped name is an error, not an empty history."""
    with pytest.raises(StoreError, match=r"file .*s\.db does not exist"):
        SqliteStore(tmp_path / "s.db", create=False)
    assert list(tmp_path.iterdir()) == []


def test_opening_without_create_does_not_change_an_empty_file(tmp_path: Path) -> None:
    """The file stays empty."""
    path = tmp_path / "s.db"
    path.touch()
    with pytest.raises(StoreError, match=r"s\.db is empty"):
        SqliteStore(path, create=False)
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"", [path])


def test_opening_without_create_reads_an_existing_store(tmp_path: Path) -> None:
    """An existing store is opened as usual."""
    with closing(SqliteStore(tmp_path / "s.db")) as store:
        head = fill(store, ["c-1"])
    with closing(SqliteStore(tmp_path / "s.db", create=False)) as store:
        assert store.read(STREAM).head == head


@pytest.mark.parametrize("name", ["a b.db", "a?mode=memory", "a#b.db", "a%41.db", "é.db", ":memory:", "~"])
def test_a_name_is_taken_literally(tmp_path: Path, name: str) -> None:
    """SQLite gives no character of the name a special meaning."""
    with closing(SqliteStore(tmp_path / name)) as store:
        fill(store, ["c-1"])
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_relative_path_stays_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The path is resolved before the process changes its working directory."""
    monkeypatch.chdir(tmp_path)
    with closing(SqliteStore("s.db")) as store:
        head = fill(store, ["c-1"])
        store.close()
        (tmp_path / "elsewhere").mkdir()
        monkeypatch.chdir("elsewhere")
        assert store.read(STREAM).head == head
