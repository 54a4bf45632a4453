"""`test --generate`: the scenarios that a machine lacks, printed for review or appended to their file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.output import plural, print_lines, print_message, print_text
from statewright.cli.test.report import place_of
from statewright.cli.test.suite_runs import open_suites, run_suite
from statewright.errors import DefinitionError
from statewright.escaping import printable
from statewright.language.source.text import BYTES_MAX
from statewright.scenarios.generating import missing_scenarios
from statewright.scenarios.model import Scenario
from statewright.scenarios.reading import read_scenarios
from statewright.scenarios.starts import scenario_starts
from statewright.scenarios.suites import Suite, scenarios_beside
from statewright.scenarios.writing import appended_text, file_text, scenarios_text


def generate_scenarios(paths: Sequence[Path], *, write: bool) -> ExitCode:
    """For what no scenario covers; what the search does not reach either is told, and is no success."""
    suites, findings = open_suites(paths)
    sound = not findings
    for suite in suites:
        run = run_suite(suite)
        starts = scenario_starts(result for _, result in run.results)
        names = [scenario.name for scenario in suite.scenarios]
        generated = missing_scenarios(suite.machine, run.coverage, starts=starts, names=names)
        sound &= deliver(suite, generated.scenarios, write=write) and not generated.unreached
        for goal in generated.unreached:
            place, what = place_of(suite, goal), f"{goal.kind} {printable(goal.what)}"
            print_message(f"{place}: not reached in {plural(generated.decisions, 'decision')}: {what}")
    return ExitCode.CLEAN if sound else ExitCode.FINDINGS


def deliver(suite: Suite, scenarios: Sequence[Scenario], *, write: bool) -> bool:
    """Print scenarios, or write them where they belong; whether that was possible."""
    if not scenarios:
        return True
    path = scenarios_beside(suite.path)
    file = next((file for file in suite.files if file.document.file == str(path)), None)
    if not write:
        text = scenarios_text(scenarios) if file else file_text(suite.machine.name, scenarios)
        print_lines([f"# {path}"])
        print_text(text)
        return True
    if file is None and path.exists():
        print_message(f"{path}: cannot be read, so nothing is appended")
        return False
    known = file.scenarios if file else ()
    text = appended_text(file, scenarios) if file else file_text(suite.machine.name, scenarios)
    if not _holds(text, str(path), (*known, *scenarios)):
        print_message(
            f"{path}: nothing can be appended, `scenarios` must be the last key and one entry a line"
        )
        return False
    path.write_text(text, encoding="utf-8")
    print_message(f"{path}: {plural(len(scenarios), 'scenario')} written, for you to review")
    return True


def _holds(text: str, file: str, scenarios: Iterable[Scenario]) -> bool:
    """Whether the text, read again, is these scenarios."""
    content = text.encode()
    if len(content) > BYTES_MAX:
        return False
    try:
        return read_scenarios(content, file).scenarios == tuple(scenarios)
    except DefinitionError:
        return False
