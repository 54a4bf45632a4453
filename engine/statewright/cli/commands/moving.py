"""The surface of the commands that write definitions to S3 and history into a store.

Only arguments, options and help; each body imports the module that does the work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from statewright.cli.exit_codes import ExitCode
from statewright.cli.options import (
    EXISTING_INPUT,
    definitions_option,
    destination_option,
    events_option,
    format_option,
)
from statewright.cli.output import Format

if TYPE_CHECKING:
    from statewright.registry.location import DefinitionLocation
    from statewright.stores.location import StoreLocation
from statewright.registry.place import S3Place


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
    from statewright.cli.publish import publish_definitions

    return publish_definitions(
        paths,
        to=to,
        from_prefix=from_prefix,
        dry_run=dry_run,
        allow_rollback=allow_rollback,
        format=format,
    )


@click.command("import")
@click.argument("path", metavar="FILE", type=EXISTING_INPUT)
@events_option(create=True, without="--dry-run needs neither")
@definitions_option
@click.option("--dry-run", is_flag=True, help="Read, fold and report, and write nothing.")
@click.option("--skip-faulty", is_flag=True, help="Import the other streams where some do not fold.")
@format_option("json: one object per stream that does not fold, the rest on stderr.")
def import_(
    path: str,
    *,
    events: StoreLocation | None,
    definitions: DefinitionLocation,
    dry_run: bool,
    skip_faulty: bool,
    format: Format,
) -> ExitCode:
    """Append history from elsewhere, one event per line.

    FILE, or - for standard input, holds one JSON object per event: stream, version, type, data, time, and
    optionally event_version, command_id, actor_id, correlation_id, causation_id; sorted by stream and
    version. All of it is read and folded first, and written only if every stream folds. What is there already
    is compared and never overwritten, so an import that was stopped is simply started again. Exit code 1 if a
    stream does not fold.
    """
    if events is None and not dry_run:
        raise click.UsageError("one of --db FILE and --table NAME says where to, or --dry-run writes nothing")
    from statewright.cli.importing import import_file

    return import_file(
        path,
        events=None if dry_run else events,
        definitions=definitions,
        skip_faulty=skip_faulty,
        format=format,
    )


COMMANDS = (publish, import_)
