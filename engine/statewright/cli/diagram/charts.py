"""Turns a definition into a chart, marks the chart, and prints it as a picture.

Reads the earlier version, the scenarios or the aggregate behind the marks. `statewright.diagrams` does the
drawing.
"""

from __future__ import annotations

from pathlib import Path

import click

from statewright.cli.shared.event_store import find_stream, opened_store
from statewright.cli.shared.graphviz import svg
from statewright.cli.shared.old_versions import machine_of, old_files, without_errors
from statewright.cli.shared.output import table
from statewright.diagnostics import hint
from statewright.diagrams.chart import Chart, chart_of
from statewright.diagrams.choices import Detail, Picture
from statewright.diagrams.comparing import compared
from statewright.diagrams.dot import dot
from statewright.diagrams.listing import markdown, rows
from statewright.diagrams.mermaid import mermaid
from statewright.diagrams.painting import covered, located
from statewright.diagrams.plan import planned
from statewright.errors import DefinitionError
from statewright.escaping import printable
from statewright.language import Definition, load_definition
from statewright.language.source.files import read_definition_file
from statewright.machine.compiled import Machine, compile_machine
from statewright.runtime.streams import load_aggregate
from statewright.scenarios.coverage import CoverageKind, Goals
from statewright.scenarios.reading import check_names, read_scenarios
from statewright.scenarios.running import run_scenario
from statewright.stores.location import StoreLocation


def marked_chart(
    path: Path,
    *,
    against: str | None,
    coverage: Path | None,
    aggregate: str | None,
    events: StoreLocation | None,
) -> Chart:
    """The chart of a definition with the marks of the one source that is given. Raises DefinitionError."""
    machine = compile_machine(load_definition(read_definition_file(path), str(path)))
    if against is not None:
        return compared(_earlier(path, machine.name, against), machine.definition, called=against)
    if coverage is not None:
        return _covered(machine, coverage)
    if aggregate is not None:
        return _located(machine, aggregate, events)
    return chart_of(machine.definition)


def picture_text(chart: Chart, picture: Picture, detail: Detail) -> str:
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
            title = [click.style(chart.title, bold=True), ""] if chart.legend else []
            return "\n".join([*title, *_terminal_table(chart)]) + "\n"


def _terminal_table(chart: Chart) -> list[str]:
    """Show the target after the events: one column less leaves more room for the others."""
    (*header, _), *body = rows(chart)
    cells = [(*rest, f"{then} → {target}" if target else then) for *rest, then, target in body]
    return table([name.upper() for name in header], [tuple(map(printable, row)) for row in cells])


def _earlier(path: Path, machine: str, against: str) -> Definition:
    """The definition of `machine` at `against`; other files there may be invalid."""
    files = [(machine_of(file), file) for file in old_files(against, [str(path)], {machine})]
    match [file for name, file in files if name == machine]:
        case [file]:
            with without_errors(file.name):
                return load_definition(file.content or b"", file.name, published=True)
        case []:
            known = hint(machine, [name for name, _ in files if name is not None])
            unread = "".join(f'; "{file.name}" cannot be read' for name, file in files if name is None)
            raise click.UsageError(
                f'--against: no definition of machine "{machine}" at "{against}"{known}{unread}'
            )
        case several:
            places = " and ".join(f'"{file.name}"' for file in several)
            raise click.UsageError(
                f'--against: machine "{machine}" is declared in {places}; name one of these files'
            )


def _covered(machine: Machine, path: Path) -> Chart:
    """The chart with the coverage of a file of scenarios. Raises DefinitionError for invalid scenarios."""
    file = read_scenarios(read_definition_file(path), str(path))
    if findings := check_names(file, machine.definition):
        raise DefinitionError(findings)
    result = Goals(machine).coverage(run_scenario(machine, scenario) for scenario in file.scenarios)
    drawn = {CoverageKind.STATE, CoverageKind.BRANCH, CoverageKind.REFUSAL}
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
            raise click.UsageError(f'--at: "{stream}" is not an aggregate of machine "{machine.name}"')
        state = load_aggregate(machine, store, stream).state
    return located(machine.definition, state.leaf, called=stream)
