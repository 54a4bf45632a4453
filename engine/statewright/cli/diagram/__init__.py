"""The `diagram` command: draw one definition as a picture or a table, optionally with marks."""

from __future__ import annotations

from pathlib import Path

import click

from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.help import Command, OneOf, examples
from statewright.cli.shared.options import against_option, events_option
from statewright.cli.shared.output import print_text
from statewright.diagrams.choices import Detail, Picture
from statewright.stores.location import StoreLocation

EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(
    "diagram",
    cls=Command,
    epilog=examples(
        "statewright diagram config/order.machine.yaml -f table",
        "statewright diagram config/order.machine.yaml -f svg > order.svg",
        "statewright diagram config/order.machine.yaml --against git:main",
    ),
)
@click.argument("path", metavar="FILE", type=EXISTING_FILE)
@click.option(
    "--format",
    "-f",
    "picture",
    type=OneOf(Picture, case_sensitive=False),
    default=Picture.MERMAID,
    metavar="FORMAT",
    help="Print mermaid (default), dot, svg (needs Graphviz), table or markdown.",
)
@click.option(
    "--detail",
    type=OneOf(Detail, case_sensitive=False),
    default=Detail.ALL,
    help="Show commands only, events too, or all (default): guards, roles, refusals and timeouts.",
)
@against_option("Mark the differences from an old version:")
@click.option(
    "--coverage",
    type=EXISTING_FILE,
    metavar="FILE",
    help="Mark the states and branches that these scenarios cover.",
)
@click.option(
    "--at",
    "aggregate",
    metavar="AGGREGATE",
    help="Mark the state of an aggregate and the commands it accepts.",
)
@events_option(create=False, without="for --at")
def command(
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

    FILE is a definition. The picture is printed to stdout.
    """
    if sum(asked is not None for asked in (against, coverage, aggregate)) > 1:
        raise click.UsageError("--against, --coverage and --at cannot be combined; choose one")
    if (aggregate is None) != (events is None):
        raise click.UsageError("--at AGGREGATE requires --db FILE or --table NAME, and vice versa")
    from statewright.cli.diagram.charts import marked_chart, picture_text

    chart = marked_chart(path, against=against, coverage=coverage, aggregate=aggregate, events=events)
    print_text(picture_text(chart, picture, detail))
    return ExitCode.CLEAN
