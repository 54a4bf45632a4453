"""The `publish` command: definitions are checked, shown beside the live ones, then made live."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.options import destination_option, format_option
from statewright.cli.shared.output import Format

if TYPE_CHECKING:
    from statewright.registry.place import S3Place


@click.command("publish")
@click.argument("paths", metavar="[FILE…]", nargs=-1, type=click.Path(allow_dash=True))
@destination_option
@click.option("--from-prefix", is_flag=True, help="Publish the definition files that lie there already.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@click.option("--allow-rollback", is_flag=True, help="Let an earlier version of a machine be the live one.")
@format_option("json: one object per machine and line.")
def command(
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
    from statewright.cli.publish.publication import publish_definitions

    return publish_definitions(
        paths,
        to=to,
        from_prefix=from_prefix,
        dry_run=dry_run,
        allow_rollback=allow_rollback,
        format=format,
    )
