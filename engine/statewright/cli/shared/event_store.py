"""Opens the event store that `--db` or `--table` names, and finds the stream of an AGGREGATE argument.

Commands that only read never create a file.
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

ATTEMPTS_MAX = 5  # per request: a person can wait longer than a queue
NAMES_MAX = 10_000  # searched for a suggestion


class UnknownAggregate(click.ClickException):
    """No such aggregate. A negative result rather than wrong usage, so the exit code is 1."""

    exit_code = ExitCode.FINDINGS

    def __init__(self, aggregate: str, known: list[str], *, advice: str = "") -> None:
        self.known = known
        super().__init__(f'no such aggregate "{aggregate}"{hint(aggregate, known)}{advice}')


@contextmanager
def opened_store(events: StoreLocation | None, *, create: bool = False) -> Iterator[EventStore]:
    """Open a table, a file (a new one only with `create`), or an empty store in memory for None."""
    if events is None:
        yield MemoryStore()
        return
    with closing(open_store(events, create=create, attempts=ATTEMPTS_MAX)) as store:
        yield store


def find_stream(store: EventStore, aggregate: str) -> str:
    """The stream of `machine/id`, or of a bare id, which is searched for in all streams.

    Raises UnknownAggregate, and UsageError if several machines have an aggregate with this id.
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
            raise click.UsageError(f'"{aggregate_id}" is ambiguous: {" or ".join(candidates)}')
