"""The event store that `--db` or `--table` names, open while a command runs, and the stream in it that an
AGGREGATE argument names.

A command that only reads never creates a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice

import click

from statewright.cli.shared.exit_codes import ExitCode
from statewright.diagnostics import hint
from statewright.stores.location import StoreLocation, open_store
from statewright.stores.memory import MemoryStore
from statewright.stores.port import EventStore

ATTEMPTS_MAX = 5  # of one request: a person waits more patiently than a queue
NAMES_MAX = 10_000  # of which the nearest one is offered


class UnknownAggregate(click.ClickException):
    """The question was asked well and the answer is no: not a mistake of usage."""

    exit_code = ExitCode.FINDINGS

    def __init__(self, aggregate: str, known: list[str]) -> None:
        super().__init__(f'there is no aggregate "{aggregate}"{hint(aggregate, known)}')


@contextmanager
def opened_store(events: StoreLocation | None, *, create: bool = False) -> Iterator[EventStore]:
    """The store in a file, which is made only when `create` is true, or in a table; in memory without one."""
    if events is None:
        yield MemoryStore()
        return
    with closing(open_store(events, create=create, attempts=ATTEMPTS_MAX)) as store:
        yield store


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
