"""The surface of the commands that show a definition to people: pictures and pages.

Only arguments, options and help; each body imports the module that does the work.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from statewright.cli.exit_codes import ExitCode
from statewright.cli.options import events_option, files_argument
from statewright.diagrams.choices import Detail, Picture

if TYPE_CHECKING:
    from statewright.stores.location import StoreLocation

EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("path", metavar="FILE", type=EXISTING_FILE)
@click.option(
    "--format",
    "-f",
    "picture",
    type=click.Choice(Picture, case_sensitive=False),
    default=Picture.MERMAID,
    help="Mermaid by default; svg needs Graphviz.",
)
@click.option(
    "--detail",
    type=click.Choice(Detail, case_sensitive=False),
    default=Detail.ALL,
    help="Of a picture: commands only; events too; or, by default, guards, roles, refusals and timeouts too.",
)
@click.option(
    "--against",
    metavar="WHERE",
    help="Mark what changed since git:REF, s3://bucket/prefix, a folder or a file.",
)
@click.option(
    "--coverage",
    type=EXISTING_FILE,
    metavar="FILE",
    help="Mark which states and branches these scenarios cover.",
)
@click.option(
    "--at", "aggregate", metavar="AGGREGATE", help="Mark where an aggregate is and what it accepts."
)
@events_option(create=False, without="only for --at")
def diagram(
    path: Path,
    *,
    picture: Picture,
    detail: Detail,
    against: str | None,
    coverage: Path | None,
    aggregate: str | None,
    events: StoreLocation | None,
) -> ExitCode:
    """Draw a machine.

    FILE is its definition. The text of the picture goes to stdout.
    """
    if sum(asked is not None for asked in (against, coverage, aggregate)) > 1:
        raise click.UsageError("only one of --against, --coverage and --at can give the marks")
    if (aggregate is None) != (events is None):
        raise click.UsageError("--at AGGREGATE and one of --db FILE and --table NAME go together")
    from statewright.cli.diagram import draw

    return draw(
        path,
        picture=picture,
        detail=detail,
        against=against,
        coverage=coverage,
        aggregate=aggregate,
        events=events,
    )


@click.command()
@files_argument(click.Path(exists=True, path_type=Path))
@click.option(
    "--into",
    required=True,
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the pages; made if it is missing.",
)
def docs(paths: tuple[Path, ...], *, into: Path) -> ExitCode:
    """Write a page for each machine, an index, and asyncapi.yaml.

    FILE may be a folder; without any it is the folder config, else the current one. The pages need
    neither network nor scripts; their pictures need Graphviz when they are written.
    """
    from statewright.cli.pages import write_pages

    return write_pages(paths, into=into)


COMMANDS = (diagram, docs)
