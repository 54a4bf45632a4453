"""Reads streams from their first commit, and folds them to a state.

Reads page by page, so memory use does not depend on the length of the stream. For tools and queries; commands
are handled from snapshots (`statewright.runtime.loading`).
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace

from statewright.machine.compiled import Machine
from statewright.machine.messages import AggregateState
from statewright.runtime.replay import fold
from statewright.stores.keys import stream_key
from statewright.stores.port import EventStore, Head, Slice
from statewright.stores.record import Commit

COMMITS_PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class LoadedAggregate:
    """An aggregate folded from its first event.

    `state`: after all events. `last`: the newest commit, None for an empty stream.
    """

    state: AggregateState
    last: Commit | None

    @property
    def last_time(self) -> str:
        """The time of the newest commit, "" for an empty stream."""
        return self.last.time if self.last else ""


def read_aggregate(store: EventStore, machine: Machine, aggregate_id: str) -> AggregateState:
    """The current state of an aggregate; version 0 and the initial state if it has no events.

    Raises ValueError for an invalid id, and whatever `replay.fold` and the store raise.
    """
    return deepcopy(load_aggregate(machine, store, stream_key(machine.name, aggregate_id)).state)


def commits_of(store: EventStore, stream: str, *, upto: int | None = None) -> Iterator[Commit]:
    """The commits of a stream, oldest first; events after version `upto` are cut off."""
    for page in pages_of(store, stream, upto=upto):
        for commit in page.commits:
            yield commit if upto is None else _cut(commit, upto)


def pages_of(
    store: EventStore, stream: str, *, after: Head | None = None, upto: int | None = None
) -> Iterator[Slice]:
    """The pages of a stream, oldest first and at least one, each read on demand."""
    more = True
    while more:
        page = store.read(stream, after=after, upto=upto, limit=COMMITS_PER_PAGE)
        yield page
        after, more = page.head, page.more


def load_aggregate(
    machine: Machine, store: EventStore, stream: str, *, upto: int | None = None
) -> LoadedAggregate:
    """The aggregate folded from its first event, without any snapshot."""
    state, last = machine.initial, None
    for last in commits_of(store, stream, upto=upto):
        state = fold(machine, state, last)
    return LoadedAggregate(state, last)


def _cut(commit: Commit, upto: int) -> Commit:
    return replace(commit, events=commit.events[: upto - commit.version + 1])
