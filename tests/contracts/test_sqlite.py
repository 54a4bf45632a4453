"""The SQLite store keeps the contract in both journal modes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from statewright.stores.sqlite import SqliteStore
from statewright.stores.sqlite_file import ROLLBACK, WRITE_AHEAD, Journal
from tests.contracts.event_store import EverlastingDedupeContract
from tests.contracts.handles import OpenStore
from tests.contracts.scanning import ScanningContract


class TestSqliteStore(EverlastingDedupeContract, ScanningContract):
    """Every handle has a connection of its own."""

    @pytest.fixture(params=[ROLLBACK, WRITE_AHEAD], ids=["rollback", "write-ahead"])
    def open_store(self, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[OpenStore]:
        journal: Journal = request.param
        with ExitStack() as handles:
            yield lambda: handles.enter_context(closing(SqliteStore(tmp_path / "s.db", journal=journal)))
