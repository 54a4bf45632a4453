"""From the AGGREGATE argument of a command to a stream."""

from __future__ import annotations

from itertools import islice

import click

from statewright.cli.shared.exit_codes import ExitCode
from statewright.diagnostics import hint
from statewright.stores.port import EventStore

NAMES_MAX = 10_000  # of which the nearest one is offered


class UnknownAggregate(click.ClickException):
    """The question was asked well and the answer is no: not a mistake of usage."""

    exit_code = ExitCode.FINDINGS

    def __init__(self, aggregate: str, known: list[str]) -> None:
        super().__init__(f'there is no aggregate "{aggregate}"{hint(aggregate, known)}')


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
