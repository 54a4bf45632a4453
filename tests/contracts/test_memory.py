"""The memory store keeps the contract."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from statewright.stores.memory import MemoryStore
from tests.contracts.event_store import EverlastingDedupeContract
from tests.contracts.handles import OpenStore


class TestMemoryStore(EverlastingDedupeContract):
    """The log is inside the object, so all handles are the same object."""

    @pytest.fixture(autouse=True)
    def impatient_threads(self) -> Iterator[None]:
        """Switch threads after every few instructions, so that a missing lock is detected."""
        usual_seconds = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)
        yield
        sys.setswitchinterval(usual_seconds)

    @pytest.fixture
    def open_store(self) -> OpenStore:
        store = MemoryStore()
        return lambda: store
