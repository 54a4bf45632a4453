"""The `why` command: decide a command without storing anything, and explain the decision branch by branch.

A command on the command line has no id, so `why` cannot recognise duplicates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.help import Command, examples
from statewright.cli.shared.options import (
    actor_options,
    definitions_option,
    events_option,
    format_option,
    json_object,
    now_option,
)
from statewright.cli.shared.output import Format, print_lines
from statewright.registry.location import DefinitionLocation
from statewright.reports.json_text import json_text
from statewright.stores.location import StoreLocation

if TYPE_CHECKING:
    from statewright.machine.compiled import Machine
    from statewright.runtime.streams import LoadedAggregate


@click.command(
    "why",
    cls=Command,
    epilog=examples(
        "statewright why order/o-1001 Cancel --db events.db",
        """statewright why order/new PlaceOrder --data '{"total": 1000}' --role clerk""",
    ),
)
@click.argument("aggregate")
@click.argument("command")
@click.option(
    "--data", callback=json_object, default="{}", metavar="JSON", help="Set the payload of the command."
)
@actor_options
@now_option
@events_option(create=False, without="default: nothing is stored yet")
@definitions_option
@format_option("Print text, or one JSON object.")
def command(
    aggregate: str,
    command: str,
    *,
    data: dict[str, Any],
    actor_id: str,
    roles: tuple[str, ...],
    now: str,
    events: StoreLocation | None,
    definitions: DefinitionLocation,
    format: Format,
) -> ExitCode:
    """Explain how a command would be decided.

    Stores nothing. AGGREGATE is machine/id, or just the id if it is unique (slower). An aggregate that does
    not exist yet starts in the initial state. As in the handler, the time of the decision is never before the
    aggregate's last commit. Exits with code 1 if the command would not be accepted.
    """
    from statewright.cli.why.explanation import explained, explanation_document, explanation_lines
    from statewright.machine.messages import Accepted, Actor, Command
    from statewright.runtime.envelope import command_digest

    machine, stream, loaded = _load(aggregate, events=events, definitions=definitions)
    considered = Command(
        id="why",
        machine=machine.name,
        aggregate_id=stream.partition("/")[2],
        name=command,
        data=data,
        digest=command_digest(command, data),
        actor=Actor(actor_id, roles),
    )
    explanation = explained(machine, stream, loaded, considered, now=now)
    match format:
        case Format.JSON:
            print_lines([json_text(explanation_document(explanation))])
        case Format.TEXT:
            print_lines(explanation_lines(explanation))
    return ExitCode.CLEAN if isinstance(explanation.verdict, Accepted) else ExitCode.FINDINGS


def _load(
    aggregate: str, *, events: StoreLocation | None, definitions: DefinitionLocation
) -> tuple[Machine, str, LoadedAggregate]:
    """Load the aggregate. An unknown `machine/id` is a new aggregate in the initial state."""
    from statewright.cli.shared.definitions import load_machine
    from statewright.cli.shared.event_store import UnknownAggregate, find_stream, opened_store
    from statewright.runtime.streams import LoadedAggregate, load_aggregate

    machine_name, slash, aggregate_id = aggregate.partition("/")
    with opened_store(events) as store:
        try:
            stream = find_stream(store, aggregate)
        except UnknownAggregate as unknown:
            if not slash:
                advice = f" (for a new aggregate, write MACHINE/{aggregate})"
                raise UnknownAggregate(aggregate, unknown.known, advice=advice) from None
            machine = load_machine(machine_name, definitions)
            return machine, _new_stream(machine_name, aggregate_id), LoadedAggregate(machine.initial, None)
        machine = load_machine(stream.partition("/")[0], definitions)
        return machine, stream, load_aggregate(machine, store, stream)


def _new_stream(machine: str, aggregate_id: str) -> str:
    from statewright.stores.keys import stream_key

    try:
        return stream_key(machine, aggregate_id)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
