"""The `compat` command: show the breaking changes of a new version."""

from __future__ import annotations

from pathlib import Path

import click

from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.help import Command, OneOf, examples
from statewright.cli.shared.options import (
    accepted_option,
    against_option,
    definitions_folder,
    from_store_options,
)
from statewright.cli.shared.report_outputs import TEXT, Output, outputs_option
from statewright.stores.location import StoreLocation

FORMATS = (TEXT, "json", "jsonl", "github", "gitlab", "junit", "markdown", "sarif")


@click.command(
    "compat",
    cls=Command,
    epilog=examples(
        "statewright compat old/order.machine.yaml config/order.machine.yaml",
        "statewright compat --against git:main",
        "statewright compat --against published --fail-on replay",
    ),
)
@click.argument("paths", metavar="[OLD NEW | FILE…]", nargs=-1)
@against_option("Compare with an old version:")
@accepted_option
@click.option(
    "--fail-on",
    type=OneOf(("replay", "command", "undecided", "any")),
    default="command",
    show_default=True,
    metavar="LEVEL",
    help=(
        "Exit with code 1 on breaks of replay only (replay), of senders too (command), or also on possible "
        "breaks without an example (undecided, any)."
    ),
)
@from_store_options
@outputs_option(FORMATS)
def command(
    paths: tuple[str, ...],
    *,
    against: str | None,
    accepted: Path,
    fail_on: str,
    events: StoreLocation | None,
    outputs: tuple[Output, ...],
) -> ExitCode:
    """Show the breaking changes of a new version, with examples.

    OLD and NEW are files or folders. With --against, the old version is read from WHERE without checking
    anything out, and FILE is the new version: a file or folder. By default, the folder config is read if it
    exists, otherwise the current folder. Machines are matched by name. The search also starts from the
    states that the scenarios next to the definitions reach.
    """
    if against is None and len(paths) != 2:
        raise click.UsageError("give the two versions as OLD and NEW, or the old version as --against WHERE")
    from statewright.cli.compat.comparison import compare_definitions

    old = against if against is not None else paths[0]
    new = (paths or (definitions_folder(),)) if against is not None else paths[1:]
    return compare_definitions(old, new, accepted=accepted, fail_on=fail_on, events=events, outputs=outputs)
