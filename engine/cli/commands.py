"""The surface of the command line: every command with its arguments, options and help.

Each body imports the module that does the work, so that help, completion and a light command never wait for
the libraries of a heavy one. A command returns its exit code; `engine.cli.main` turns errors into one.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from engine.cli.completion import SHELLS, completion_script
from engine.cli.exit_codes import ExitCode
from engine.cli.json_argument import json_object, json_value
from engine.cli.output import Format
from engine.errors import EvaluationError
from handler.clock import utc_now

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

_FILE = click.Path(path_type=Path, dir_okay=False)
_EXISTING_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
_FOLDER = click.Path(path_type=Path, file_okay=False)


def _format(meaning: str) -> Callable[[Decorated], Decorated]:
    choice = click.Choice(Format, case_sensitive=False)
    return click.option("--format", type=choice, default=Format.TEXT, help=meaning)


def _definitions(command: Decorated) -> Decorated:
    meaning = "Folder of the *.machine.yaml files."
    return click.option(
        "--definitions", type=_FOLDER, default=Path("config"), show_default=True, help=meaning
    )(command)


def _actor(command: Decorated) -> Decorated:
    command = click.option("--role", "roles", multiple=True, help="A role of the sender; may be repeated.")(
        command
    )
    return click.option("--actor", "actor_id", default="", help="Id of the sender.")(command)


def _now(command: Decorated) -> Decorated:
    meaning = "The time to decide at, RFC 3339 in UTC; the clock's by default."
    return click.option("--now", default=utc_now, callback=_timestamp, metavar="TIME", help=meaning)(command)


def _timestamp(_context: click.Context, _option: click.Parameter, value: str) -> str:
    from engine.expressions import Timestamp

    try:
        return str(Timestamp.parse(value))
    except EvaluationError as error:
        raise click.BadParameter(str(error)) from error


_existing_db = click.option("--db", type=_EXISTING_FILE, required=True, help="SQLite file of the events.")


@click.command()
@click.argument("paths", metavar="FILE…", nargs=-1, required=True, type=click.Path(allow_dash=True))
@_format("json: one object per finding and line.")
def check(paths: tuple[str, ...], *, format: Format) -> ExitCode:
    """Report everything that is wrong with definitions.

    FILE may be a folder, which is searched for *.machine.yaml, .yml and .json, or - for standard input.
    Errors and warnings end in exit code 1; info is shown and fails nothing.
    """
    from engine.cli.check import check_files

    return check_files(paths, format=format)


@click.command()
@click.argument("path", metavar="INPUT", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--db", type=_FILE, help="SQLite file for the events; in memory without it.")
@_definitions
@click.option("--verbose", is_flag=True, help="Print accepted commands too.")
@_format("json: one object per command and line, the summary on stderr.")
def run(path: str, *, db: Path | None, definitions: Path, verbose: bool, format: Format) -> ExitCode:
    """Run commands through the handler.

    INPUT is a file, or - for standard input. It holds either one SQS event, as Lambda receives it, or one
    command per line; with --db any number of lines takes the same memory. Lines are handled in batches of
    ten. Exit code 1 if a command was not accepted.
    """
    from engine.cli.run import run_commands

    with click.open_file(path, "rb") as stream:
        file = "<stdin>" if path == "-" else path
        return run_commands(stream, file, db=db, definitions=definitions, format=format, verbose=verbose)


@click.command()
@click.argument("aggregate")
@_existing_db
@_definitions
@click.option("--at", type=click.IntRange(min=1), metavar="VERSION", help="Stop there and show the state.")
@_format("json: one object per event and line; with --at the last line holds the state.")
def history(aggregate: str, *, db: Path, definitions: Path, at: int | None, format: Format) -> ExitCode:
    """Print the events of an aggregate and who caused them.

    AGGREGATE is machine/id, or (slower) an id that only one machine has. Definitions are needed for
    --at only.
    """
    from engine.cli.history import show_history

    return show_history(aggregate, db=db, definitions=definitions, at=at, format=format)


@click.command()
@click.argument("aggregate")
@_existing_db
@_definitions
@_format("json: one object.")
def show(aggregate: str, *, db: Path, definitions: Path, format: Format) -> ExitCode:
    """Print where an aggregate stands and what it accepts now.

    AGGREGATE is machine/id, or (slower) an id that only one machine has.
    """
    from engine.cli.show import show_aggregate

    return show_aggregate(aggregate, db=db, definitions=definitions, format=format)


@click.command()
@click.argument("aggregate")
@click.argument("command")
@click.option("--data", callback=json_object, default="{}", metavar="JSON", help="The command's payload.")
@_actor
@_now
@click.option("--db", type=_EXISTING_FILE, help="SQLite file of the events; without it nothing exists yet.")
@_definitions
@_format("json: one object.")
def why(
    aggregate: str,
    command: str,
    *,
    data: dict[str, Any],
    actor_id: str,
    roles: tuple[str, ...],
    now: str,
    db: Path | None,
    definitions: Path,
    format: Format,
) -> ExitCode:
    """Explain what a command would come to now; nothing is stored.

    AGGREGATE is machine/id, or (slower) an id that only one machine has; one that does not exist yet is
    judged at its beginning. Exit code 1 if the command would not be accepted.
    """
    from engine.cli.why import explain
    from engine.core.messages import Actor

    actor = Actor(actor_id, roles)
    return explain(
        aggregate, command, data=data, actor=actor, now=now, db=db, definitions=definitions, format=format
    )


# An expression may begin with a minus, which must not be taken for an option.
@click.command("eval", context_settings={"ignore_unknown_options": True})
@click.argument("expression", metavar="EXPR")
@click.option("--data", callback=json_value, default="{}", metavar="JSON", help="What data holds.")
@click.option("--command", callback=json_value, default="{}", metavar="JSON", help="What command holds.")
@click.option("--event", callback=json_value, default="{}", metavar="JSON", help="What event holds.")
@click.option("--state", default="", help="The leaf's name.")
@_actor
@_now
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
    from engine.cli.evaluate import evaluate_text
    from engine.core.messages import Actor

    actor = Actor(actor_id, roles)
    return evaluate_text(
        expression, data=data, command=command, event=event, actor=actor, now=now, state=state
    )


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> ExitCode:
    """Print the script that completes statewright in a shell.

    For bash: statewright completion bash > ~/.local/share/bash-completion/completions/statewright
    """
    click.echo(completion_script(context.find_root().command, shell))
    return ExitCode.CLEAN


@click.command(hidden=True)
def demo() -> ExitCode:
    """Run the project's demo, in the project's folder."""
    from engine.cli.demo import run_demo

    return run_demo()


COMMANDS = (check, run, history, show, why, evaluate, completion, demo)
