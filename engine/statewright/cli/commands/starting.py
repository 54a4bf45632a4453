"""The surface of the commands with which a project begins: its first files, and the schemas for its editors.

Only arguments, options and help; each body imports the module that does the work.
"""

from __future__ import annotations

from pathlib import Path

import click

from statewright.cli.exit_codes import ExitCode

SCHEMAS = ("machine", "scenarios", "command", "event")


@click.command()
@click.argument("name", required=False)
@click.option("--deploy", is_flag=True, help="Write the files with which AWS SAM deploys a stack.")
@click.option(
    "--into",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="The project's folder, by default the current one; made if it is missing.",
)
def init(name: str | None, *, deploy: bool, into: Path) -> ExitCode:
    """Begin a machine with files to change into your own.

    Writes a definition and its scenarios and, where they are missing, the schemas for editors, a pre-commit
    configuration and a workflow for GitHub. --deploy adds a SAM template, its options and the requirements of
    the function; without NAME, only those are written. Nothing that exists is overwritten.
    """
    from statewright.cli.init import begin

    if name is None and not deploy:
        raise click.MissingParameter(param_hint="'NAME'", param_type="argument")
    return begin(name, into=into, deploy=deploy)


@click.command()
@click.argument("name", type=click.Choice(SCHEMAS), default="machine")
def schema(name: str) -> ExitCode:
    """Print the JSON Schema of what a file or a message holds.

    For editors: statewright schema machine > schemas/machine.schema.json
    """
    from statewright.cli.schema import print_schema

    return print_schema(name)


COMMANDS = (init, schema)
