"""The `schema` command: print a JSON Schema for editors and other programs."""

from __future__ import annotations

import click

from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.help import Command, OneOf, examples
from statewright.cli.shared.output import print_text

SCHEMAS = ("machine", "scenarios", "command", "event")


@click.command(
    "schema",
    cls=Command,
    epilog=examples(
        "statewright schema machine > schemas/machine.schema.json",
        "statewright schema command > command.schema.json",
    ),
)
@click.argument("name", type=OneOf(SCHEMAS), default="machine")
def command(name: str) -> ExitCode:
    """Print the JSON Schema of a file or a message.

    Editors use machine and scenarios to complete and check files. Senders of commands and readers of events
    can validate messages with command and event.
    """
    from statewright.cli.shared.editor_schema import editor_schema

    print_text(editor_schema(name))
    return ExitCode.CLEAN
