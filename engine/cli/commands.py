"""The surface of the command line: every command with its arguments, options and help.

Each body imports the module that does the work, so that help, completion and a light command never wait for
the libraries of a heavy one. A command returns its exit code; `engine.cli.main` turns errors into one.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.cli.completion import SHELLS, completion_script
from engine.cli.exit_codes import ExitCode
from engine.cli.json_argument import json_object, json_value
from engine.cli.options import (
    actor_options,
    definitions_option,
    destination_option,
    events_option,
    format_option,
    now_option,
)
from engine.cli.output import Format

if TYPE_CHECKING:
    from engine.sources.place import S3Place
    from handler.settings import DynamoTable

_EXISTING_INPUT = click.Path(exists=True, dir_okay=False, allow_dash=True)


@click.command()
@click.argument("paths", metavar="FILE…", nargs=-1, required=True, type=click.Path(allow_dash=True))
@format_option("json: one object per finding and line.")
def check(paths: tuple[str, ...], *, format: Format) -> ExitCode:
    """Report everything that is wrong with definitions.

    FILE may be a folder, which is searched for *.machine.yaml, .yml and .json, or - for standard input.
    Errors and warnings end in exit code 1; info is shown and fails nothing.
    """
    from engine.cli.check import check_files

    return check_files(paths, format=format)


@click.command()
@click.argument("path", metavar="INPUT", type=_EXISTING_INPUT)
@events_option(create=True, without="in memory without either")
@definitions_option
@click.option("--verbose", is_flag=True, help="Print accepted commands too.")
@format_option("json: one object per command and line, the summary on stderr.")
def run(
    path: str,
    *,
    events: Path | DynamoTable | None,
    definitions: Path | S3Place,
    verbose: bool,
    format: Format,
) -> ExitCode:
    """Run commands through the handler.

    INPUT is a file, or - for standard input. It holds either one SQS event, as Lambda receives it, or one
    command per line; with --db or --table any number of lines takes the same memory. Lines are handled in
    batches of ten. Exit code 1 if a command was not accepted.
    """
    from engine.cli.run import run_commands

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
    aggregate: str, *, events: Path | DynamoTable, definitions: Path | S3Place, at: int | None, format: Format
) -> ExitCode:
    """Print the events of an aggregate and who caused them.

    AGGREGATE is machine/id, or (slower) an id that only one machine has. Definitions are needed for
    --at only.
    """
    from engine.cli.history import show_history

    return show_history(aggregate, events=events, definitions=definitions, at=at, format=format)


@click.command()
@click.argument("aggregate")
@events_option(create=False)
@definitions_option
@format_option("json: one object.")
def show(
    aggregate: str, *, events: Path | DynamoTable, definitions: Path | S3Place, format: Format
) -> ExitCode:
    """Print where an aggregate stands and what it accepts now.

    AGGREGATE is machine/id, or (slower) an id that only one machine has.
    """
    from engine.cli.show import show_aggregate

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
    events: Path | DynamoTable | None,
    definitions: Path | S3Place,
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
    from engine.cli.evaluate import evaluate_text
    from engine.core.messages import Actor

    actor = Actor(actor_id, roles)
    return evaluate_text(
        expression, data=data, command=command, event=event, actor=actor, now=now, state=state
    )


@click.command()
@click.argument("paths", metavar="[FILE…]", nargs=-1, type=click.Path(allow_dash=True))
@destination_option
@click.option("--from-prefix", is_flag=True, help="Publish the definition files that lie there already.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@click.option("--allow-rollback", is_flag=True, help="Let an earlier version of a machine be the live one.")
@format_option("json: one object per machine and line.")
def publish(
    paths: tuple[str, ...],
    *,
    to: S3Place,
    from_prefix: bool,
    dry_run: bool,
    allow_rollback: bool,
    format: Format,
) -> ExitCode:
    """Check definitions and make them the live ones in S3.

    FILE may be a folder. A definition whose behaviour differs under an unchanged version number is refused.
    """
    if bool(paths) == from_prefix:
        raise click.UsageError("either FILE… or --from-prefix says what to publish")
    from engine.cli.publish import publish_definitions

    return publish_definitions(
        paths,
        to=to,
        from_prefix=from_prefix,
        dry_run=dry_run,
        allow_rollback=allow_rollback,
        format=format,
    )


@click.command("import")
@click.argument("path", metavar="FILE", type=_EXISTING_INPUT)
@events_option(create=True, without="--dry-run needs neither")
@definitions_option
@click.option("--dry-run", is_flag=True, help="Read, fold and report, and write nothing.")
@click.option("--skip-faulty", is_flag=True, help="Import the other streams where some do not fold.")
@format_option("json: one object per stream that does not fold, the rest on stderr.")
def import_(
    path: str,
    *,
    events: Path | DynamoTable | None,
    definitions: Path | S3Place,
    dry_run: bool,
    skip_faulty: bool,
    format: Format,
) -> ExitCode:
    """Append history from elsewhere, one event per line.

    FILE, or - for standard input, holds one JSON object per event: stream, version, type, data, time, and
    optionally command_id, actor_id, correlation_id, causation_id; sorted by stream and version. All of it is
    read and folded first, and written only if every stream folds. What is there already is compared and never
    overwritten, so an import that was stopped is simply started again. Exit code 1 if a stream does not fold.
    """
    if events is None and not dry_run:
        raise click.UsageError("one of --db FILE and --table NAME says where to, or --dry-run writes nothing")
    from engine.cli.importing import import_file

    return import_file(
        path,
        events=None if dry_run else events,
        definitions=definitions,
        skip_faulty=skip_faulty,
        format=format,
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


COMMANDS = (check, publish, run, import_, history, show, why, evaluate, completion, demo)
