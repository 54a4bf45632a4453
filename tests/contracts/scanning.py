"""The contract of `scan`, which SQLite and DynamoDB implement for tools."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from operator import attrgetter
from typing import Protocol

import pytest

from statewright.stores.port import EventStore, ScannedStore
from statewright.stores.record import Commit
from tests.contracts.commits import fill
from tests.contracts.handles import Handles


class Scanned(EventStore, ScannedStore, Protocol):
    """A store that also scans."""


class ScanningContract(Handles):
    """Promises about a scan in one segment."""

    @pytest.fixture
    def store(self, open_store: Callable[[], Scanned]) -> Scanned:
        return open_store()

    def test_an_empty_store_has_nothing_to_scan(self, store: Scanned) -> None:
        """The scan ends at once."""
        assert list(store.scan()) == []

    def test_a_scan_returns_every_commit_once(self, store: Scanned) -> None:
        """The commits of a stream are together, oldest first, even across pages of 100 commits."""
        # No stream has ten commits, because a scan of ministack puts version 10 before version 2.
        streams = [f"order/{n}" for n in range(13)]
        for turn in range(8):
            for stream in streams:
                fill(store, [f"c-{turn}"], stream=stream)
        grouped = [(stream, tuple(found)) for stream, found in groupby(store.scan(), attrgetter("stream"))]
        assert len(grouped) == len(streams)
        assert dict(grouped) == {stream: store.read(stream).commits for stream in streams}

    def test_a_scan_can_continue_after_a_stream(self, store: Scanned) -> None:
        """The scan skips that stream and those before it, and returns all others."""
        for stream in ("order/a", "order/a1", "order/b", "orders/a"):
            fill(store, ["c-1", "c-2"], stream=stream)
        whole = list(store.scan())
        assert all(isinstance(found, Commit) for found in whole)
        streams = list(dict.fromkeys(found.stream for found in whole))
        for number, stream in enumerate(streams, 1):
            rest = [found for found in whole if found.stream in streams[number:]]
            assert list(store.scan(after=stream)) == rest
