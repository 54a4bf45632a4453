"""The surface of the commands that run a machine and look at aggregates and expressions.

Only arguments, options and help; each body imports the module that does the work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from statewright.cli.exit_codes import ExitCode
from statewright.cli.json_argument import json_object, json_value
from statewright.cli.options import (
    EXISTING_INPUT,
    actor_options,
    definitions_option,
    events_option,
    format_option,
    now_option,
)
from statewright.cli.output import Format

if TYPE_CHECKING:
    from statewright.registry.location import DefinitionLocation
    from statewright.stores.location import StoreLocation


@click.command()
@click.argument("path", metavar="FILE", type=EXISTING_INPUT)
@events_option(create=True, without="in memory without either")
@definitions_option
@click.option("--verbose", is_flag=True, help="Print accepted commands too.")
@format_option("json: one object per command and line, the summary on stderr.")
def run(
    path: str,
    *,
    events: StoreLocation | None,
    definitions: DefinitionLocation,
    verbose: bool,
    format: Format,
) -> ExitCode:
    """Run commands through the handler.

    FILE, or - for standard input, holds either one SQS event, as Lambda receives it, or one
    command per line; with --db or --table any number of lines takes the same memory. Lines are handled in
    batches of ten. Exit code 1 if a command was not accepted.
    """
    from statewright.cli.run import run_commands

    with click.open_file(path, "rb") as stream:
        file = "<stdin>" if path == "-" else path
        return run_commands(
            stream, file, events=events, definitions=definitions, format=format, verbose=verbose
        )


@click.command()
@click.argument("aggregate")
@events_option(create=False)
@definitions_option
@click.option("--at", type=click.IntRange(min=1), metavar="VERSION", help="Stop there and show the state.")
@format_option("json: one object per event and line; with --at the last line holds the state.")
def history(
    aggregate: str, *, events: StoreLocation, definitions: DefinitionLocation, at: int | None, format: Format
) -> ExitCode:
    """Print the events of an aggregate and who caused them.

    AGGREGATE is machine/id, or (slower) an id that only one machine has. Definitions are needed for
    --at only.
    """
    from statewright.cli.history import show_history

    return show_history(aggregate, events=events, definitions=definitions, at=at, format=format)


@click.command()
@click.argument("aggregate")
@events_option(create=False)
@definitions_option
@format_option("json: one object.")
def show(
    aggregate: str, *, events: StoreLocation, definitions: DefinitionLocation, format: Format
) -> ExitCode:
    """Print where an aggregate stands and what it accepts now.

    AGGREGATE is machine/id, or (slower) an id that only one machine has.
    """
    from statewright.cli.show import show_aggregate

    return show_aggregate(aggregate, events=events, definitions=definitions, format=format)


@click.command()
@click.argument("aggregate")
@click.argument("command")
@click.option("--data", callback=json_object, default="{}", metavar="JSON", help="The command's payload.")
@actor_options
@now_option
@events_option(create=False, without="without either nothing exists yet")
@definitions_option
@format_option("json: one object.")
def why(
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
    """Explain what a command would come to now; nothing is stored.

    AGGREGATE is machine/id, or (slower) an id that only one machine has; one that does not exist yet is
    judged at its beginning. Exit code 1 if the command would not be accepted.
    """
    from statewright.cli.why import explain
    from statewright.machine.messages import Actor

    actor = Actor(actor_id, roles)
    return explain(
        aggregate,
        command,
        data=data,
        actor=actor,
        now=now,
        events=events,
        definitions=definitions,
        format=format,
    )


# An expression may begin with a minus, which must not be taken for an option.
@click.command("eval", context_settings={"ignore_unknown_options": True})
@click.argument("expression", metavar="EXPR")
@click.option("--data", callback=json_value, default="{}", metavar="JSON", help="What data holds.")
@click.option("--command", callback=json_value, default="{}", metavar="JSON", help="What command holds.")
@click.option("--event", callback=json_value, default="{}", metavar="JSON", help="What event holds.")
@click.option("--state", default="", help="The leaf's name.")
@actor_options
@now_option
def evaluate(
    expression: str,
    *,
    data: Any,
    command: Any,
    event: Any,
    state: str,
    actor_id: str,
    roles: tuple[str, ...],
    now: str,
) -> ExitCode:
    """Print the value of a CEL expression as JSON.

    Without declared schemas data, command and event are typed dynamically. Exit code 1 if there is no value.
    """
    from statewright.cli.evaluate import evaluate_text
    from statewright.machine.messages import Actor

    actor = Actor(actor_id, roles)
    return evaluate_text(
        expression, data=data, command=command, event=event, actor=actor, now=now, state=state
    )


COMMANDS = (run, history, show, why, evaluate)
