"""The memory store keeps the contract."""

from __future__ import annotations

import pytest

from engine.stores.memory import MemoryStore
from tests.contracts.event_store import EverlastingDedupeContract
from tests.contracts.handles import OpenStore


class TestMemoryStore(EverlastingDedupeContract):
    """Its log lives in the object, so all handles are one."""

    @pytest.fixture
    def open_store(self) -> OpenStore:
        store = MemoryStore()
        return lambda: store
