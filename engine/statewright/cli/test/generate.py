"""`test --generate`: print missing scenarios for review, or append them to the scenario file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.output import print_lines, print_message, print_text
from statewright.cli.shared.report_outputs import Output
from statewright.cli.shared.stored_histories import stored_starts
from statewright.cli.test.by_state import by_state, heading
from statewright.cli.test.report import place_of
from statewright.cli.test.suite_runs import open_suites, run_suite
from statewright.errors import DefinitionError
from statewright.escaping import printable
from statewright.language.source.text import BYTES_MAX
from statewright.reports.json_text import json_text
from statewright.scenarios.generating import Generated, GeneratedScenario, missing_scenarios
from statewright.scenarios.model import Scenario
from statewright.scenarios.reading import read_scenarios
from statewright.scenarios.starts import scenario_starts
from statewright.scenarios.suites import Suite, generated_scenarios_path
from statewright.scenarios.writing import appended_text, file_text, scenario_document, scenarios_text
from statewright.stores.location import StoreLocation
from statewright.wording import plural


def generate_scenarios(
    paths: Sequence[Path], *, events: StoreLocation | None, write: bool, outputs: Sequence[Output]
) -> ExitCode:
    """Generate scenarios for goals without coverage; report goals that the search does not reach.

    `events`: a store whose streams are additional starting points.
    """
    as_json = _is_json(outputs)
    suites, findings = open_suites(paths)
    sound = not findings
    for suite in suites:
        run = run_suite(suite)
        starts = [
            *scenario_starts(result for _, result in run.results),
            *stored_starts(events, suite.machine),
        ]
        names = [scenario.name for scenario in suite.scenarios]
        generated = missing_scenarios(suite.machine, run.coverage, starts=starts, names=names)
        if as_json:
            print_lines(_json(suite, generated))
        sound &= deliver(suite, generated.found, write=write, printed=not as_json)
        sound &= not generated.unreached
        for line in _unreached_lines(suite, generated):
            print_message(line)
    return ExitCode.CLEAN if sound else ExitCode.FINDINGS


def deliver(suite: Suite, found: Sequence[GeneratedScenario], *, write: bool, printed: bool = True) -> bool:
    """Print scenarios or write them to their file. Returns whether that was possible."""
    if not found or not (write or printed):
        return True
    scenarios, leaves = [one.scenario for one in found], [one.leaf for one in found]
    path = generated_scenarios_path(suite.path)
    file = next((file for file in suite.files if file.document.file == str(path)), None)
    if not write:
        name = suite.machine.name
        text = scenarios_text(scenarios, leaves) if file else file_text(name, scenarios, leaves)
        print_lines([f"# {path}"])
        print_text(text)
        return True
    if file is None and path.exists():
        print_message(f"{path}: nothing appended; the file has errors or is for another machine")
        return False
    known = file.scenarios if file else ()
    name = suite.machine.name
    text = appended_text(file, scenarios, leaves) if file else file_text(name, scenarios, leaves)
    if not _holds(text, str(path), (*known, *scenarios)):
        print_message(f"{path}: cannot append; make `scenarios` the last key, with one entry per line")
        return False
    path.write_text(text, encoding="utf-8")
    print_message(f"{path}: {plural(len(scenarios), 'scenario')} written; review them before you commit")
    return True


def _is_json(outputs: Sequence[Output]) -> bool:
    """Whether to print JSON. Raises UsageError for unsupported formats and for files."""
    [output, *others] = outputs
    if others or output.file is not None or output.format not in ("text", "json"):
        raise click.UsageError("--generate supports only the formats text and json, on stdout")
    return output.format == "json"


def _unreached_lines(suite: Suite, generated: Generated) -> Iterator[str]:
    """One line per goal that the search did not reach, grouped by state."""
    decisions = plural(generated.decisions, "decision")
    for state, goals in by_state(suite.machine, generated.unreached, lambda goal: goal.state):
        yield heading(suite.machine.name, state)
        for goal in goals:
            what = f"{goal.kind} {printable(goal.what)}"
            yield f"  {place_of(suite, goal)}: not reached in {decisions}: {what}"


def _json(suite: Suite, generated: Generated) -> Iterator[str]:
    """One line per scenario, then one for the machine."""
    name = suite.machine.name
    for one in generated.found:
        document = scenario_document(one.scenario)
        yield json_text({"machine": name, "state": one.leaf, "scenario": document})
    unreached = [
        {
            "kind": goal.kind.value,
            "what": goal.what,
            "place": place_of(suite, goal),
            "state": goal.state,
        }
        for _, goals in by_state(suite.machine, generated.unreached, lambda goal: goal.state)
        for goal in goals
    ]
    counts = {"generated": len(generated.found), "decisions": generated.decisions}
    yield json_text({"machine": name, **counts, "unreached": unreached})


def _holds(text: str, file: str, scenarios: Iterable[Scenario]) -> bool:
    """Whether the text parses back into these scenarios."""
    content = text.encode()
    if len(content) > BYTES_MAX:
        return False
    try:
        return read_scenarios(content, file).scenarios == tuple(scenarios)
    except DefinitionError:
        return False
