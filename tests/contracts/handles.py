"""The fixtures through which a contract suite opens its store."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from statewright.stores.port import EventStore

OpenStore = Callable[[], EventStore]


class Handles:
    """The fixtures of every suite; an adapter's test module overrides `open_store`."""

    @pytest.fixture
    def open_store(self) -> OpenStore:
        """Return a function that opens another handle on the same log, which is empty at first."""
        raise NotImplementedError

    @pytest.fixture
    def store(self, open_store: OpenStore) -> EventStore:
        return open_store()
