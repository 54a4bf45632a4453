"""A SQLite file, a table, and both as event logs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from statewright.evolution.verify.event_logs import EventLog, OrderedLog, TableLog
from statewright.stores.dynamodb import DynamoStore
from statewright.stores.sqlite import SqliteStore
from tests.emulators.clients import client_of, new_table


@dataclass(frozen=True, slots=True)
class Kept:
    """A store and its log."""

    store: SqliteStore | DynamoStore
    log: EventLog


@dataclass(frozen=True, slots=True)
class Table:
    client: Any
    name: str
    store: DynamoStore


@pytest.fixture
def table(dynamodb_local: str) -> Table:
    """An empty one."""
    client = client_of("dynamodb", dynamodb_local)
    name = new_table(client)
    return Table(client, name, DynamoStore(client, table=name))


@pytest.fixture
def file(tmp_path: Path) -> Iterator[SqliteStore]:
    """An empty one."""
    with closing(SqliteStore(tmp_path / "events.db")) as store:
        yield store


@pytest.fixture(params=["file", "table"])
def kept(request: pytest.FixtureRequest) -> Kept:
    """An empty file or table; the table has three segments."""
    if request.param == "file":
        file = request.getfixturevalue("file")
        return Kept(file, OrderedLog(file, name="file"))
    table = request.getfixturevalue("table")
    return Kept(table.store, TableLog(table.store, name="table", segments=3))
