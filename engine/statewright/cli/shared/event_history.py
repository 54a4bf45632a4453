"""Reads the stored events of an aggregate with the commands that caused them, and lays out their table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice, repeat

import click

from statewright.cli.shared.output import table_blocks
from statewright.escaping import printable
from statewright.runtime.streams import commits_of
from statewright.stores.port import EventStore
from statewright.stores.record import Commit, StoredCommand, StoredEvent

HEADER = ("VERSION", "TIME", "EVENT", "STATE", "COMMAND", "ACTOR")
DATA_INDENT = " " * len("VERSION  ")
EVENTS_PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """One event with its version and the command that caused it."""

    version: int
    event: StoredEvent
    command: StoredCommand
    commit: Commit


def recorded_events(store: EventStore, stream: str, *, upto: int | None = None) -> Iterator[RecordedEvent]:
    """The events of a stream, oldest first, up to version `upto`."""
    for commit in commits_of(store, stream, upto=upto):
        causes = chain.from_iterable(repeat(command, command.events) for command in commit.commands)
        for version, (event, command) in enumerate(zip(commit.events, causes, strict=False), commit.version):
            yield RecordedEvent(version, event, command, commit)


def history_lines(store: EventStore, stream: str, *, upto: int | None = None) -> Iterator[str]:
    """A row per event, and its data below. Columns are aligned page by page, so memory does not grow."""
    yield click.style(stream, bold=True)
    every = recorded_events(store, stream, upto=upto)
    first = True
    while page := list(islice(every, EVENTS_PER_PAGE)):
        header, rows = table_blocks(HEADER, [_row(recorded) for recorded in page])
        if first:
            yield from header
        first = False
        for row, recorded in zip(rows, page, strict=True):
            yield from row
            if recorded.event.data != "{}":
                yield f"{DATA_INDENT}{printable(recorded.event.data)}"


def _row(recorded: RecordedEvent) -> tuple[str, ...]:
    return (
        str(recorded.version),
        recorded.commit.time,
        click.style(recorded.event.type, bold=True),
        recorded.event.leaf,
        recorded.command.id,
        printable(recorded.command.actor_id) or "-",
    )
