"""The `docs` command: a page for each machine, an index, and the AsyncAPI document, written into a folder."""

from __future__ import annotations

from pathlib import Path

import click

from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.help import Command, examples
from statewright.cli.shared.options import files_argument


@click.command("docs", cls=Command, epilog=examples("statewright docs config/ --into site"))
@files_argument(click.Path(exists=True, path_type=Path))
@click.option(
    "--into",
    required=True,
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the pages; made if it is missing.",
)
def command(paths: tuple[Path, ...], *, into: Path) -> ExitCode:
    """Write a page for each machine, an index, and asyncapi.yaml.

    FILE may be a folder; without any it is the folder config, else the current one. The pages need
    neither network nor scripts; their pictures need Graphviz when they are written.
    """
    from statewright.cli.docs.pages import write_pages

    return write_pages(paths, into=into)
