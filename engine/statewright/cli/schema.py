"""The `schema` command: a JSON Schema as a file for editors."""

from __future__ import annotations

import click

from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.output import print_text

SCHEMAS = ("machine", "scenarios", "command", "event")


@click.command("schema")
@click.argument("name", type=click.Choice(SCHEMAS), default="machine")
def command(name: str) -> ExitCode:
    """Print the JSON Schema of what a file or a message holds.

    For editors: statewright schema machine > schemas/machine.schema.json
    """
    from statewright.cli.shared.editor_schema import editor_schema

    print_text(editor_schema(name))
    return ExitCode.CLEAN
