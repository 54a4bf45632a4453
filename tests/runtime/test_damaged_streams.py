"""An unreadable stored commit stops only its stream, and the reason names the damaged field."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from statewright.stores.sqlite import SqliteStore
from tests.runtime.harness import NOW, Played, command_of, deliver, ports_of

SIGN = command_of("s", "Sign", text="x")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Create a store whose stream till/a holds one Signed event."""
    with closing(SqliteStore(tmp_path / "events.db")) as store:
        deliver(ports_of(store=store), SIGN)
    return tmp_path / "events.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(path)) as store:
        yield store


def damage(path: Path, steps: list[str | int], value: object) -> None:
    """Write `value` into the record of the stored commit, and keep the columns valid."""
    with closing(sqlite3.connect(path)) as connection, connection:
        (text,) = connection.execute("SELECT record FROM commits").fetchone()
        record: Any = json.loads(text)
        parent = record
        for step in steps[:-1]:
            parent = parent[step]
        parent[steps[-1]] = value
        time = record["time"] if isinstance(record["time"], str) else NOW
        connection.execute("UPDATE commits SET record = ?, time = ?", (json.dumps(record), time))


def played(store: SqliteStore) -> Played:
    """Deliver one command to the damaged stream and one to another stream."""
    commands = [command_of("c-1", "Add", amount=1), command_of("c-2", "Add", aggregate="b", amount=1)]
    return deliver(ports_of(store=store), *commands)


@pytest.mark.parametrize(
    ("steps", "value", "named"),
    [
        (["time"], "yesterday", '"time"'),
        (["time"], None, '"time"'),
        (["definition", "digest"], 5, '"definition.digest"'),
        (["commands", 0, "digest"], None, '"commands[0].digest"'),
        (["commands", 0], {}, '"commands[0].id"'),
        (["events", 0, "leaf"], 7, '"events[0].leaf"'),
        (["events", 0, "data"], {}, '"events[0].data"'),
        (["events"], [], '"head"'),
        (["events", 0, "data"], "{", '"data" of event "Signed"'),
        (["events", 0, "data"], '{"text": NaN}', '"data" of event "Signed"'),
        (["events", 0, "data"], '{"text": 1e999}', '"data" of event "Signed"'),
        (["events", 0, "data"], '{"text": "\\ud800"}', '"data" of event "Signed"'),
    ],
    ids=str,
)
def test_an_unreadable_commit_stops_its_stream(
    path: Path, store: SqliteStore, steps: list[str | int], value: object, named: str
) -> None:
    """The other streams of the batch are processed."""
    damage(path, steps, value)
    results = played(store).results
    assert [result.code for result in results] == ["QUARANTINED", "ACCEPTED"]
    assert results[0].reason.startswith("till/a is corrupt at version 1: ")
    assert named in results[0].reason
