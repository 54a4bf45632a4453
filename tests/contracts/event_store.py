"""The contract of the event store: every adapter runs these tests unchanged, through the port alone.

An adapter's own test module subclasses `EventStoreContract` (`EverlastingDedupeContract` where its window
is None) and overrides the fixture `open_store`.
"""

from __future__ import annotations

import pytest

from engine.errors import DuplicateCommand
from engine.stores.port import EventStore
from tests.contracts.appending import AppendingContract
from tests.contracts.commits import STREAM, commit_at, fill
from tests.contracts.finding import FindingContract
from tests.contracts.reading import ContentsContract, ReadingContract


class EventStoreContract(AppendingContract, ContentsContract, ReadingContract, FindingContract):
    """What holds for every adapter."""


class EverlastingDedupeContract(EventStoreContract):
    """What holds beyond that where `dedupe_window` is None."""

    def test_the_window_is_endless(self, store: EventStore) -> None:
        """The adapter declares what the tests below rely on."""
        assert store.dedupe_window is None

    def test_a_known_command_is_refused_with_its_outcome(self, store: EventStore) -> None:
        """A fresh head does not let a command in twice; the refusal tells what it came to."""
        head = fill(store, ["c-1", "c-2"])
        with pytest.raises(DuplicateCommand) as caught:
            store.append(head, commit_at(head, "c-1", data='{"another":"body"}'))
        assert caught.value.stored == store.read(STREAM).commits[0].commands[0]

    def test_one_known_command_refuses_the_whole_commit(self, store: EventStore) -> None:
        """Nothing of a commit enters when any of its commands has been here."""
        head = fill(store, ["c-1"])
        with pytest.raises(DuplicateCommand):
            store.append(head, commit_at(head, "c-2", "c-1"))
        assert (store.read(STREAM).head, store.find(STREAM, ["c-2"])) == (head, {})
