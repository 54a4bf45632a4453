"""The `compat` command: what a new version of definitions breaks."""

from __future__ import annotations

from pathlib import Path

import click

from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.options import (
    accepted_option,
    against_option,
    definitions_folder,
    from_store_options,
)
from statewright.cli.shared.report_outputs import TEXT, Output, outputs_option
from statewright.stores.location import StoreLocation

FORMATS = (TEXT, "json", "jsonl", "github", "gitlab", "junit", "markdown", "sarif")


@click.command("compat")
@click.argument("paths", metavar="[OLD NEW | FILE…]", nargs=-1)
@against_option()
@accepted_option
@click.option(
    "--fail-on",
    type=click.Choice(("replay", "command", "undecided", "any")),
    default="command",
    show_default=True,
    help="The least that ends in exit code 1; undecided or any: also what was not shown.",
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
    """Show by example what a new version of a definition breaks.

    OLD and NEW are files or folders. With --against the old version is read there, nothing is checked out,
    and FILE, which may be a folder, is the new one; without any it is the folder config, else the current
    one. Machines are matched by name. The search starts also where the scenarios beside the definitions do.
    """
    if against is None and len(paths) != 2:
        raise click.UsageError("either OLD and NEW, or --against WHERE says what to compare with")
    from statewright.cli.compat.comparison import compare_definitions

    old = against if against is not None else paths[0]
    new = (paths or (definitions_folder(),)) if against is not None else paths[1:]
    return compare_definitions(old, new, accepted=accepted, fail_on=fail_on, events=events, outputs=outputs)
