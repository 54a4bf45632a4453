"""The `history` command: the events of one aggregate, each with the command that caused it.

Shows what is stored as it is stored; folds only where a state is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import chain, islice, repeat
from typing import Any

import click

from statewright.cli.aggregates import commits_of, find_stream, standing
from statewright.cli.exit_codes import ExitCode
from statewright.cli.opening import machine_named, opened_store
from statewright.cli.output import Format, aligned, json_text, labelled, print_lines, printable, shown
from statewright.machine.messages import AggregateState
from statewright.registry.location import DefinitionLocation
from statewright.stores.keys import event_id
from statewright.stores.location import StoreLocation
from statewright.stores.port import EventStore
from statewright.stores.record import Commit, StoredCommand, StoredEvent

HEADER = ("VERSION", "TIME", "EVENT", "STATE", "COMMAND", "ACTOR")
DATA_INDENT = " " * len("VERSION  ")
EVENTS_PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """One event with its place in the stream and its cause."""

    version: int
    event: StoredEvent
    command: StoredCommand
    commit: Commit


def show_history(
    aggregate: str, *, events: StoreLocation, definitions: DefinitionLocation, at: int | None, format: Format
) -> ExitCode:
    """Print the events up to version `at`, all without it, and the state there."""
    with opened_store(events) as store:
        stream = find_stream(store, aggregate)
        state = None if at is None else _state_at(store, stream, at, definitions)
        match format:
            case Format.JSON:
                print_lines(json_text(_document(entry)) for entry in entries(store, stream, upto=at))
            case Format.TEXT:
                print_lines(history_lines(store, stream, upto=at))
        if state is not None:
            print_lines(_state_lines(state, format))
    return ExitCode.CLEAN


def entries(store: EventStore, stream: str, *, upto: int | None = None) -> Iterator[Entry]:
    """Oldest first."""
    for commit in commits_of(store, stream, upto=upto):
        causes = chain.from_iterable(repeat(command, command.events) for command in commit.commands)
        for version, (event, command) in enumerate(zip(commit.events, causes, strict=False), commit.version):
            yield Entry(version, event, command, commit)


def history_lines(store: EventStore, stream: str, *, upto: int | None = None) -> Iterator[str]:
    """A block of two lines per event, aligned page by page."""
    yield click.style(stream, bold=True)
    every = entries(store, stream, upto=upto)
    first = True
    while page := list(islice(every, EVENTS_PER_PAGE)):
        header, *lines = aligned(HEADER, [_row(entry) for entry in page])
        if first:
            yield header
        first = False
        for line, entry in zip(lines, page, strict=True):
            yield line
            if entry.event.data != "{}":
                yield f"{DATA_INDENT}{printable(entry.event.data)}"


def _state_at(
    store: EventStore, stream: str, version: int, definitions: DefinitionLocation
) -> AggregateState:
    head = store.read(stream, limit=1, backwards=True).head.version
    if version > head:
        raise click.UsageError(f"--at {version}: {stream} ends at version {head}")
    machine = machine_named(stream.partition("/")[0], definitions)
    return standing(machine, store, stream, upto=version).state


def _row(entry: Entry) -> tuple[str, ...]:
    return (
        str(entry.version),
        entry.commit.time,
        click.style(entry.event.type, bold=True),
        entry.event.leaf,
        entry.command.id,
        printable(entry.command.actor_id) or "-",
    )


def _document(entry: Entry) -> dict[str, Any]:
    event, command, commit = entry.event, entry.command, entry.commit
    return {
        "id": event_id(commit.stream, entry.version),
        "version": entry.version,
        "time": commit.time,
        "type": event.type,
        "event_version": event.event_version,
        "data": json.loads(event.data),
        "leaf": event.leaf,
        "entered": event.entered,
        "command_id": command.id,
        "outcome": command.outcome,
        "actor_id": command.actor_id,
        "correlation_id": command.correlation_id,
        "causation_id": command.causation_id,
        "definition": asdict(commit.definition),
    }


def _state_lines(state: AggregateState, format: Format) -> Iterator[str]:
    if format is Format.JSON:
        yield json_text({"state": {"version": state.version, "leaf": state.leaf, "data": state.data}})
        return
    yield ""
    yield f"state at version {state.version}: {click.style(state.leaf, bold=True)}"
    yield from labelled({name: shown(value) for name, value in state.data.items()})
