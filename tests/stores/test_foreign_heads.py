"""A head that was not returned by a read or append of the same log never leads to a write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from statewright.errors import CorruptStream
from statewright.stores.memory import MemoryStore
from statewright.stores.port import EventStore, Head
from statewright.stores.sqlite import SqliteStore
from tests.contracts.commits import LATER, STREAM, TIME, commit_at, fill


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EventStore]:
    if request.param == "memory":
        yield MemoryStore()
        return
    with closing(SqliteStore(tmp_path / "s.db")) as sqlite_store:
        yield sqlite_store


@pytest.mark.parametrize(
    "foreign",
    [
        Head(STREAM, 1, TIME),
        Head(STREAM, 3, TIME),
        Head(STREAM, 5, TIME),
        Head(STREAM, 9, TIME),
        Head(STREAM, 4, ""),
    ],
    ids=["in mid-commit", "in the last commit", "just beyond the log", "far beyond it", "of another log"],
)
def test_a_foreign_head_is_refused(store: EventStore, foreign: Head) -> None:
    """With two commits of two events each, only the heads at 0, 2 and 4 are valid."""
    fill(store, ["c-1", "c-2"], events=2)
    before = store.read(STREAM)
    with pytest.raises(CorruptStream, match=f"{STREAM} is corrupt at version {foreign.version}"):
        store.append(foreign, commit_at(foreign, "c-3", time=LATER))
    assert store.read(STREAM) == before
