"""The contract of the event store: every adapter runs these tests unchanged, through the port alone.

An adapter's own test module subclasses `EverlastingDedupeContract` if its window is None, and otherwise
`WindowedDedupeContract`, and overrides the fixture `open_store`.
"""

from __future__ import annotations

import pytest

from statewright.errors import DuplicateCommand
from statewright.stores.port import EventStore
from tests.contracts.appending import AppendingContract
from tests.contracts.commits import STREAM, commit_at, fill
from tests.contracts.finding import FindingContract
from tests.contracts.reading import ContentsContract, ReadingContract


class EventStoreContract(AppendingContract, ContentsContract, ReadingContract, FindingContract):
    """The promises that every adapter keeps."""


class EverlastingDedupeContract(EventStoreContract):
    """Additional promises of adapters whose `dedupe_window` is None."""

    def test_the_window_is_endless(self, store: EventStore) -> None:
        """The tests below require this setting."""
        assert store.dedupe_window is None

    def test_a_known_command_is_refused_with_its_outcome(self, store: EventStore) -> None:
        """A command cannot be appended twice, even at a current head; the error has its outcome."""
        head = fill(store, ["c-1", "c-2"])
        with pytest.raises(DuplicateCommand) as caught:
            store.append(head, commit_at(head, "c-1", data='{"another":"body"}'))
        assert caught.value.stored == store.read(STREAM).commits[0].commands[0]

    def test_one_known_command_refuses_the_whole_commit(self, store: EventStore) -> None:
        """If any command of a commit is already in the stream, none of the commit is stored."""
        head = fill(store, ["c-1"])
        with pytest.raises(DuplicateCommand):
            store.append(head, commit_at(head, "c-2", "c-1"))
        assert (store.read(STREAM).head, store.find(STREAM, ["c-2"])) == (head, {})


class WindowedDedupeContract(EventStoreContract):
    """Promises of adapters with a numeric `dedupe_window`, whose appends do not check for known commands."""

    def test_the_window_counts_commands(self, store: EventStore) -> None:
        """The oldest command in the window is found, however many commits the window spans."""
        window = store.dedupe_window
        assert window is not None
        pairs = [(f"c-{n}", f"d-{n}") for n in range(window // 2)]
        head = store.read(STREAM).head
        for pair in pairs:
            head = store.append(head, commit_at(head, *pair))
        assert set(store.find(STREAM, [*pairs[0], "c-9999"])) == set(pairs[0])

    def test_commands_in_the_window_are_found(self, store: EventStore) -> None:
        """The oldest command in the window is found as stored; an older one may be missing."""
        window = store.dedupe_window
        assert window is not None
        fill(store, ["c-behind", "c-edge", *(f"c-{n}" for n in range(window - 1))])
        behind, edge = (commit.commands[0] for commit in store.read(STREAM, limit=2).commits)
        found = store.find(STREAM, ["c-behind", "c-edge"])
        assert found["c-edge"] == edge
        assert found.get("c-behind", behind) == behind
