"""The `history` command: print the events of one aggregate. Folds them only for `--at`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.help import Command, examples
from statewright.cli.shared.options import definitions_option, events_option, format_option
from statewright.cli.shared.output import Format, labelled, print_lines, shown
from statewright.registry.location import DefinitionLocation
from statewright.reports.json_text import json_text
from statewright.stores.location import StoreLocation
from statewright.stores.port import EventStore

if TYPE_CHECKING:
    from statewright.cli.shared.event_history import RecordedEvent
    from statewright.machine.messages import AggregateState


@click.command(
    "history",
    cls=Command,
    epilog=examples(
        "statewright history order/o-1001 --db events.db", "statewright history o-1001 --at 2 --db events.db"
    ),
)
@click.argument("aggregate")
@events_option(create=False)
@definitions_option
@click.option(
    "--at",
    type=click.IntRange(min=1),
    metavar="VERSION",
    help="Stop at this version and show the state there.",
)
@format_option("Print text, or JSON with one event per line and the state of --at at the end.")
def command(
    aggregate: str, *, events: StoreLocation, definitions: DefinitionLocation, at: int | None, format: Format
) -> ExitCode:
    """Print the events of an aggregate and who caused them.

    AGGREGATE is machine/id, or just the id if it is unique (slower). Only --at reads definitions.
    """
    from statewright.cli.shared.event_history import history_lines, recorded_events
    from statewright.cli.shared.event_store import find_stream, opened_store

    with opened_store(events) as store:
        stream = find_stream(store, aggregate)
        state = None if at is None else _state_at(store, stream, at, definitions)
        match format:
            case Format.JSON:
                print_lines(json_text(_document(one)) for one in recorded_events(store, stream, upto=at))
            case Format.TEXT:
                print_lines(history_lines(store, stream, upto=at))
        if state is not None:
            print_lines(_state_lines(state, format))
    return ExitCode.CLEAN


def _state_at(
    store: EventStore, stream: str, version: int, definitions: DefinitionLocation
) -> AggregateState:
    from statewright.cli.shared.definitions import load_machine
    from statewright.runtime.streams import load_aggregate

    head = store.read(stream, limit=1, backwards=True).head.version
    if version > head:
        raise click.UsageError(f"--at {version}: {stream} ends at version {head}")
    machine = load_machine(stream.partition("/")[0], definitions)
    return load_aggregate(machine, store, stream, upto=version).state


def _document(recorded: RecordedEvent) -> dict[str, Any]:
    from statewright.runtime.replay import payload_of
    from statewright.stores.keys import event_id

    event, command, commit = recorded.event, recorded.command, recorded.commit
    return {
        "id": event_id(commit.stream, recorded.version),
        "version": recorded.version,
        "time": commit.time,
        "type": event.type,
        "event_version": event.event_version,
        "data": payload_of(commit, recorded.version - commit.version),
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
