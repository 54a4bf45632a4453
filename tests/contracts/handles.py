"""How a contract suite gets at the store that it tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from statewright.stores.port import EventStore

OpenStore = Callable[[], EventStore]


class Handles:
    """The fixtures of every suite; an adapter's test module overrides `open_store`."""

    @pytest.fixture
    def open_store(self) -> OpenStore:
        """Each call opens another handle on one and the same log, empty at the start."""
        raise NotImplementedError

    @pytest.fixture
    def store(self, open_store: OpenStore) -> EventStore:
        return open_store()
