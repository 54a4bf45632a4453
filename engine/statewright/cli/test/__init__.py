"""The `test` command: run scenarios, generate missing ones, or test mutants of a machine."""

from __future__ import annotations

from pathlib import Path

import click
from click.core import ParameterSource

from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.help import Command, examples
from statewright.cli.shared.options import files_argument, from_store_options
from statewright.cli.shared.report_outputs import Output, outputs_option
from statewright.stores.location import StoreLocation

MUTANTS_MAX = 500
FORMATS = ("text", "json", "github", "gitlab", "junit", "markdown")


@click.command(
    "test",
    cls=Command,
    epilog=examples(
        "statewright test",
        "statewright test config/order.scenarios.yaml --coverage",
        "statewright test --mutate -f markdown:mutants.md",
    ),
)
@files_argument(click.Path(exists=True, path_type=Path))
@click.option(
    "-k", "containing", default="", metavar="TEXT", help="Run only scenarios whose name contains TEXT."
)
@click.option("--coverage", "list_missed", is_flag=True, help="List the goals that no scenario covers.")
@click.option("--generate", is_flag=True, help="Print missing scenarios for review.")
@click.option("--mutate", is_flag=True, help="List small changes to the machine that no scenario notices.")
@click.option("--write", is_flag=True, help="With --generate: append to the scenario file.")
@click.option(
    "--fail-under",
    type=click.IntRange(0, 100),
    metavar="PERCENT",
    help="Exit with code 1 if the coverage, or with --mutate the score, is below PERCENT.",
)
@click.option(
    "--mutants-max",
    type=click.IntRange(min=1),
    default=MUTANTS_MAX,
    metavar="N",
    show_default=True,
    help="With --mutate: try at most this many changes per machine.",
)
@click.option(
    "--seed",
    type=int,
    default=0,
    metavar="N",
    show_default=True,
    help="With --mutate: select the changes to try with this seed.",
)
@from_store_options
@outputs_option(FORMATS)
@click.pass_context
def command(
    context: click.Context,
    paths: tuple[Path, ...],
    *,
    containing: str,
    list_missed: bool,
    generate: bool,
    mutate: bool,
    write: bool,
    fail_under: int | None,
    mutants_max: int,
    seed: int,
    events: StoreLocation | None,
    outputs: tuple[Output, ...],
) -> ExitCode:
    """Run scenarios and measure their coverage.

    FILE is a *.scenarios.yaml file, a definition (runs the scenarios in its folder) or a folder. By
    default, the folder config is searched if it exists, otherwise the current folder. Exits with code 1 if a
    scenario fails.
    """
    if containing and (fail_under is not None or generate or mutate):
        raise click.UsageError(
            "-k cannot be combined with --fail-under, --generate or --mutate, because it leaves scenarios out"
        )
    _refuse_ineffective(context, generate=generate, mutate=mutate)
    if not (generate or mutate):
        from statewright.cli.test.suite_runs import run_scenarios

        return run_scenarios(
            paths, containing=containing, list_missed=list_missed, fail_under=fail_under, outputs=outputs
        )
    if mutate:
        from statewright.cli.test.mutants import try_mutants

        return try_mutants(
            paths,
            limit=mutants_max,
            seed=seed,
            fail_under=fail_under,
            events=events,
            outputs=outputs,
            generate=generate,
            write=write,
        )
    from statewright.cli.test.generate import generate_scenarios

    return generate_scenarios(paths, events=events, write=write, outputs=outputs)


def _refuse_ineffective(context: click.Context, *, generate: bool, mutate: bool) -> None:
    """Refuse options that would have no effect. Raises UsageError."""
    reasons = {}
    if not generate:
        reasons["write"] = "requires --generate"
    if not mutate:
        reasons |= dict.fromkeys(("mutants_max", "seed"), "requires --mutate")
    if not (generate or mutate):
        reasons["from_store"] = "requires --generate or --mutate"
    if generate or mutate:
        reasons["list_missed"] = "cannot be combined with --generate or --mutate"
    if generate and mutate:
        reasons["outputs"] = (
            "cannot be combined with --mutate --generate, which prints scenarios instead of a report"
        )
    if generate and not mutate:
        reasons["fail_under"] = "cannot be combined with --generate; measure coverage in a run of its own"
    for option in context.command.params:
        given = context.get_parameter_source(option.name or "") is ParameterSource.COMMANDLINE
        if given and option.name in reasons:
            raise click.UsageError(f"{option.opts[0]} {reasons[option.name]}")
