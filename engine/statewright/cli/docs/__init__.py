"""The `docs` command: write a page per machine, an index and an AsyncAPI document into a folder."""

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
    help="Write the pages into this folder; it is created if missing.",
)
def command(paths: tuple[Path, ...], *, into: Path) -> ExitCode:
    """Write a page for each machine, an index and asyncapi.yaml.

    FILE is a definition or a folder. By default, the folder config is read if it exists, otherwise the
    current folder. The pages load nothing from the network and run no scripts. Graphviz draws their pictures
    if it is installed.
    """
    from statewright.cli.docs.pages import write_pages

    return write_pages(paths, into=into)
