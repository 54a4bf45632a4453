"""Which file is opened: the one that was named, and for those who only look, one that is a store already."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from statewright.errors import StoreError
from statewright.stores.sqlite import SqliteStore
from tests.contracts.commits import STREAM, fill


def test_looking_creates_no_file(tmp_path: Path) -> None:
    """A mistyped name is an error, not an empty history."""
    with pytest.raises(StoreError, match=r"file .*s\.db does not exist"):
        SqliteStore(tmp_path / "s.db", create=False)
    assert list(tmp_path.iterdir()) == []


def test_looking_makes_no_database_of_an_empty_file(tmp_path: Path) -> None:
    """It stays as empty as it was."""
    path = tmp_path / "s.db"
    path.touch()
    with pytest.raises(StoreError, match=r"s\.db is empty"):
        SqliteStore(path, create=False)
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"", [path])


def test_looking_finds_what_is_there(tmp_path: Path) -> None:
    """A store that exists is opened as always."""
    with closing(SqliteStore(tmp_path / "s.db")) as store:
        head = fill(store, ["c-1"])
    with closing(SqliteStore(tmp_path / "s.db", create=False)) as store:
        assert store.read(STREAM).head == head


@pytest.mark.parametrize("name", ["a b.db", "a?mode=memory", "a#b.db", "a%41.db", "é.db", ":memory:", "~"])
def test_a_name_is_taken_literally(tmp_path: Path, name: str) -> None:
    """No character of it means anything to SQLite."""
    with closing(SqliteStore(tmp_path / name)) as store:
        fill(store, ["c-1"])
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_relative_path_stays_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when the process changes its folder before the file is opened again."""
    monkeypatch.chdir(tmp_path)
    with closing(SqliteStore("s.db")) as store:
        head = fill(store, ["c-1"])
        store.close()
        (tmp_path / "elsewhere").mkdir()
        monkeypatch.chdir("elsewhere")
        assert store.read(STREAM).head == head
