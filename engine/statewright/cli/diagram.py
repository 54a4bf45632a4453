"""The `diagram` command: one definition as a picture or a table, with marks if that is asked for.

Reads what the marks come from (an earlier version, scenarios, the events of an aggregate); what is drawn is
decided in `statewright.diagrams`.
"""

from __future__ import annotations

from pathlib import Path

import click

from statewright.cli.aggregates import find_stream, standing
from statewright.cli.baselines import baseline_files, machine_of
from statewright.cli.checking import File, show_findings
from statewright.cli.exit_codes import ExitCode
from statewright.cli.graphviz import svg
from statewright.cli.opening import opened_store
from statewright.cli.output import Format, printable, table
from statewright.diagnostics import hint
from statewright.diagrams.chart import Chart, chart_of
from statewright.diagrams.choices import Detail, Picture
from statewright.diagrams.comparing import compared
from statewright.diagrams.dot import dot
from statewright.diagrams.listing import markdown, rows
from statewright.diagrams.mermaid import mermaid
from statewright.diagrams.painting import covered, located
from statewright.diagrams.plan import planned
from statewright.errors import DefinitionError, SourceUnavailable
from statewright.language import Definition, load_definition
from statewright.machine.compiled import Machine, compile_machine
from statewright.registry.folder import read_definition_file
from statewright.scenarios.coverage import Goals, Kind
from statewright.scenarios.reading import check_names, read_scenarios
from statewright.scenarios.running import run_scenario
from statewright.stores.location import StoreLocation


def draw(
    path: Path,
    *,
    picture: Picture,
    detail: Detail,
    against: str | None,
    coverage: Path | None,
    aggregate: str | None,
    events: StoreLocation | None,
) -> ExitCode:
    """Print the picture, or the findings of a file with faults.

    At most one of `against`, `coverage` and `aggregate` is given.
    """
    try:
        machine = compile_machine(load_definition(read_definition_file(path), str(path)))
        if against is not None:
            chart = compared(_earlier(path, machine.name, against), machine.definition, called=against)
        elif coverage is not None:
            chart = _covered(machine, coverage)
        elif aggregate is not None:
            chart = _located(machine, aggregate, events)
        else:
            chart = chart_of(machine.definition)
    except DefinitionError as error:
        show_findings([error.findings], format=Format.TEXT)
        return ExitCode.FINDINGS
    click.echo(_text(chart, picture, detail), nl=False)
    return ExitCode.CLEAN


def _earlier(path: Path, machine: str, against: str) -> Definition:
    """What `against` holds of the machine that `path` defines today; other files there may be broken."""
    files = [(machine_of(file), file) for file in baseline_files(against, [str(path)], {machine})]
    match [file for name, file in files if name == machine]:
        case [file]:
            return _readable(file)
        case []:
            known = hint(machine, [name for name, _ in files if name is not None])
            unread = "".join(
                f'; no machine can be read in "{file.name}"' for name, file in files if name is None
            )
            raise click.UsageError(
                f'--against: nothing at "{against}" declares machine "{machine}"{known}{unread}'
            )
        case several:
            places = " and ".join(f'"{file.name}"' for file in several)
            raise click.UsageError(
                f'--against: machine "{machine}" is declared in {places}: name one of them'
            )


def _readable(file: File) -> Definition:
    """Faults of an earlier version are nothing that could be mended now."""
    try:
        return load_definition(file.content or b"", file.name)
    except DefinitionError as error:
        show_findings([error.findings], format=Format.TEXT)
        raise SourceUnavailable(f'"{file.name}" has errors of its own: name a version without') from error


def _text(chart: Chart, picture: Picture, detail: Detail) -> str:
    match picture:
        case Picture.MERMAID:
            return mermaid(planned(chart, detail))
        case Picture.DOT:
            return dot(planned(chart, detail))
        case Picture.SVG:
            return svg(dot(planned(chart, detail)))
        case Picture.MARKDOWN:
            return markdown(chart)
        case Picture.TABLE:
            header, *body = rows(chart)
            title = [click.style(chart.title, bold=True), ""] if chart.legend else []
            cells = [tuple(map(printable, row)) for row in body]
            return "\n".join([*title, *table(header, cells)]) + "\n"


def _covered(machine: Machine, path: Path) -> Chart:
    """Raises DefinitionError for scenarios with faults."""
    file = read_scenarios(read_definition_file(path), str(path))
    if findings := check_names(file, machine.definition):
        raise DefinitionError(findings)
    result = Goals(machine).coverage(run_scenario(machine, scenario) for scenario in file.scenarios)
    drawn = {Kind.STATE, Kind.BRANCH, Kind.REFUSAL}
    return covered(
        machine.definition,
        goals={goal.path for goal in result.goals if goal.kind in drawn},
        reached={goal.path for goal in result.reached if goal.kind in drawn},
        called=path.name,
    )


def _located(machine: Machine, aggregate: str, events: StoreLocation | None) -> Chart:
    with opened_store(events) as store:
        stream = find_stream(store, aggregate)
        name, _, _ = stream.partition("/")
        if name != machine.name:
            raise click.UsageError(f'--at: "{stream}" is no aggregate of machine "{machine.name}"')
        state = standing(machine, store, stream).state
    return located(machine.definition, state.leaf, called=stream)
