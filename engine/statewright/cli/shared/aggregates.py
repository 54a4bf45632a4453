"""From the AGGREGATE argument to a stream, and from a stream to the state that its events fold to.

Reads through the store port only, page by page, so that a stream of any length takes the memory of one page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

import click

from statewright.cli.shared.exit_codes import ExitCode
from statewright.diagnostics import hint
from statewright.machine.compiled import Machine
from statewright.machine.messages import AggregateState
from statewright.runtime.replay import fold
from statewright.stores.port import EventStore
from statewright.stores.record import Commit

COMMITS_PER_PAGE = 100
NAMES_MAX = 10_000  # of which the nearest one is offered


class UnknownAggregate(click.ClickException):
    """The question was asked well and the answer is no: not a mistake of usage."""

    exit_code = ExitCode.FINDINGS

    def __init__(self, aggregate: str, known: list[str]) -> None:
        super().__init__(f'there is no aggregate "{aggregate}"{hint(aggregate, known)}')


@dataclass(frozen=True, slots=True)
class LoadedAggregate:
    """`state`: after all events. `last`: the newest commit folded, None if there is none."""

    state: AggregateState
    last: Commit | None


def find_stream(store: EventStore, aggregate: str) -> str:
    """The stream that `machine/id` names, or a bare id that only one machine has.

    A bare id is looked for among all streams. Raises UnknownAggregate, and UsageError where several fit.
    """
    machine, slash, _ = aggregate.partition("/")
    if not slash:
        return _find_by_id(store, aggregate)
    if not store.read(aggregate, limit=1).commits:
        summaries = islice(store.streams(prefix=f"{machine}/"), NAMES_MAX)
        raise UnknownAggregate(aggregate, [summary.stream for summary in summaries])
    return aggregate


def commits_of(store: EventStore, stream: str, *, upto: int | None = None) -> Iterator[Commit]:
    """Oldest first; the last one without its events behind version `upto`."""
    page = store.read(stream, upto=upto, limit=COMMITS_PER_PAGE)
    while True:
        for commit in page.commits:
            yield commit if upto is None else _cut(commit, upto)
        if not page.more:
            return
        page = store.read(stream, after=page.head, upto=upto, limit=COMMITS_PER_PAGE)


def load_aggregate(
    machine: Machine, store: EventStore, stream: str, *, upto: int | None = None
) -> LoadedAggregate:
    """Folded from the beginning, so it rests on the events and on no snapshot."""
    state, last = machine.initial, None
    for last in commits_of(store, stream, upto=upto):
        state = fold(machine, state, last)
    return LoadedAggregate(state, last)


def _find_by_id(store: EventStore, aggregate_id: str) -> str:
    known: list[str] = []
    candidates: list[str] = []
    for summary in store.streams():
        own_id = summary.stream.partition("/")[2]
        if own_id == aggregate_id:
            candidates.append(summary.stream)
        if len(known) < NAMES_MAX:
            known.append(own_id)
    match candidates:
        case []:
            raise UnknownAggregate(aggregate_id, known)
        case [stream]:
            return stream
        case _:
            raise click.UsageError(f'"{aggregate_id}" may be {" or ".join(candidates)}')


def _cut(commit: Commit, upto: int) -> Commit:
    return replace(commit, events=commit.events[: upto - commit.version + 1])
