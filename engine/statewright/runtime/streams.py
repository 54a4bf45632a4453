"""Streams from their beginning: the commits of one, and the state that its events fold to.

Reads page by page, so that a stream of any length takes the memory of one page. For tools and queries; the
command path begins at snapshots.
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
    """`state`: after all events. `last`: the newest commit folded, None if there is none."""

    state: AggregateState
    last: Commit | None

    @property
    def last_time(self) -> str:
        """Of the newest commit, "" if there is none."""
        return self.last.time if self.last else ""


def read_aggregate(store: EventStore, machine: Machine, aggregate_id: str) -> AggregateState:
    """Where an aggregate stands; at version 0 in the initial state if the store has no events of it.

    Raises ValueError for an id that no aggregate can have, and what `replay.fold` and the store raise.
    """
    return deepcopy(load_aggregate(machine, store, stream_key(machine.name, aggregate_id)).state)


def commits_of(store: EventStore, stream: str, *, upto: int | None = None) -> Iterator[Commit]:
    """Oldest first; the last one without its events behind version `upto`."""
    for page in pages_of(store, stream, upto=upto):
        for commit in page.commits:
            yield commit if upto is None else _cut(commit, upto)


def pages_of(
    store: EventStore, stream: str, *, after: Head | None = None, upto: int | None = None
) -> Iterator[Slice]:
    """At least one, oldest first; the next is read when it is asked for."""
    more = True
    while more:
        page = store.read(stream, after=after, upto=upto, limit=COMMITS_PER_PAGE)
        yield page
        after, more = page.head, page.more


def load_aggregate(
    machine: Machine, store: EventStore, stream: str, *, upto: int | None = None
) -> LoadedAggregate:
    """Folded from the beginning, so it rests on the events and on no snapshot."""
    state, last = machine.initial, None
    for last in commits_of(store, stream, upto=upto):
        state = fold(machine, state, last)
    return LoadedAggregate(state, last)


def _cut(commit: Commit, upto: int) -> Commit:
    return replace(commit, events=commit.events[: upto - commit.version + 1])
