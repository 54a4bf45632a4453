"""The surface of the commands that hold a new version of a definition against what exists already.

Only arguments, options and help; each body imports the module that does the work.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from statewright.cli.exit_codes import ExitCode
from statewright.cli.options import definitions_folder, events_option, files_argument, format_option
from statewright.cli.output import Format

if TYPE_CHECKING:
    from statewright.stores.location import StoreLocation

_WORSE_OR_EQUAL = ("replay", "command", "any")


@click.command()
@click.argument("paths", metavar="[OLD NEW | FILE…]", nargs=-1)
@click.option("--against", metavar="WHERE", help="git:REF, s3://bucket/prefix, a folder or a file.")
@click.option(
    "--accepted",
    type=click.Path(path_type=Path, dir_okay=False),
    default="compat.accepted.yaml",
    show_default=True,
    help="Breaks that were accepted, each with its reason and last day; may be missing.",
)
@click.option(
    "--fail-on",
    type=click.Choice(_WORSE_OR_EQUAL),
    default="command",
    show_default=True,
    help="The least that ends in exit code 1; any: also what differs in its text only.",
)
@format_option("json: one document; jsonl: one verdict per line.", tuple(Format))
def compat(
    paths: tuple[str, ...], *, against: str | None, accepted: Path, fail_on: str, format: Format
) -> ExitCode:
    """Show by example what a new version of a definition breaks.

    OLD and NEW are files or folders. With --against the old version is read there, nothing is checked out,
    and FILE, which may be a folder, is the new one; without any it is the folder config, else the current
    one. Machines are matched by name.
    """
    if against is None and len(paths) != 2:
        raise click.UsageError("either OLD and NEW, or --against WHERE says what to compare with")
    from statewright.cli.compat import compare_definitions

    old = against if against is not None else paths[0]
    new = (paths or (definitions_folder(),)) if against is not None else paths[1:]
    return compare_definitions(old, new, accepted=accepted, fail_on=fail_on, format=format)


@click.command()
@files_argument(click.Path(allow_dash=True))
@events_option(create=False, without="--export needs neither")
@click.option(
    "--export",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder of a full export of the table to S3, copied to this disk.",
)
@click.option(
    "--against",
    metavar="WHERE",
    help="Definitions that must give the same data, as those that are live: git:REF, s3://bucket/prefix, a "
    "folder or a file.",
)
@click.option("--machine", metavar="NAME", help="Only the streams of this machine.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=4,
    show_default=True,
    help="How many segments of a table are scanned side by side.",
)
@click.option(
    "--state",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File that remembers how far it came, until it is done; the same command then goes on from there.",
)
@format_option(
    "json: one document; jsonl: one stream with a fault per line, the report on stderr.", tuple(Format)
)
def verify(
    paths: tuple[str, ...],
    *,
    events: StoreLocation | None,
    export: Path | None,
    against: str | None,
    machine: str | None,
    workers: int,
    state: Path | None,
    format: Format,
) -> ExitCode:
    """Fold all stored streams under definitions to be published.

    FILE may be a folder or s3://bucket/prefix; without any it is the folder config, else the current one.
    Every stream is folded from its first event; snapshots are only compared. A table is scanned. Nothing is
    written to the store. Exit code 1 if a stream no longer folds, or to something else than what is stored.
    """
    source = events if events is not None else export
    if source is None or (events is not None and export is not None):
        raise click.UsageError("one of --db FILE, --table NAME and --export DIR says where the events are")
    from statewright.cli.verify import verify_streams

    return verify_streams(
        paths,
        against=against,
        source=source,
        machine=machine,
        workers=workers,
        state=state,
        format=format,
    )


COMMANDS = (compat, verify)
