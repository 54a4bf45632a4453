"""Scenario results as text and JSON lines. Prints nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import click

from statewright.cli.shared.output import GAP, Colour, table
from statewright.diagnostics import Finding
from statewright.escaping import printable
from statewright.lint.reports.json_text import finding_object
from statewright.lint.result import CheckResult
from statewright.reports.json_text import json_text
from statewright.scenarios.coverage import Coverage, CoverageKind, Goal
from statewright.scenarios.model import ScenarioFile
from statewright.scenarios.running import ScenarioResult
from statewright.scenarios.suites import Suite
from statewright.scenarios.text import explanation, headline

_PLURALS = {
    CoverageKind.STATE: "STATES",
    CoverageKind.BRANCH: "BRANCHES",
    CoverageKind.REFUSAL: "REFUSALS",
    CoverageKind.GUARD: "GUARDS",
    CoverageKind.EVENT: "EVENTS",
    CoverageKind.MOVE: "MOVES",
}

COVERAGE_HEADER = ("MACHINE", "PASSED", *_PLURALS.values(), "COVERED")


@dataclass(frozen=True, slots=True)
class SuiteRun:
    """The results of a suite's scenarios, each with its file."""

    suite: Suite
    results: tuple[tuple[ScenarioFile, ScenarioResult], ...]
    coverage: Coverage

    @property
    def failures(self) -> list[tuple[ScenarioFile, ScenarioResult]]:
        return [(file, result) for file, result in self.results if not result.passed]


def place_of(suite: Suite, goal: Goal) -> str:
    """`file:line:column` of a coverage goal."""
    position = suite.machine.definition.document.position(goal.path)
    return f"{suite.path}:{position.line}:{position.column}"


def text_lines(tested: Sequence[SuiteRun], *, list_missed: bool) -> Iterator[str]:
    """Failures, a table of counts per machine and, with `list_missed`, the goals without coverage."""
    for one in tested:
        for file, result in one.failures:
            yield click.style(printable(headline(file.document, result)), fg=Colour.RED)
            yield from (f"{GAP}{printable(line)}" for line in explanation(result))
            yield ""
    yield from table(COVERAGE_HEADER, [coverage_row(one) for one in tested])
    if list_missed and any(one.coverage.missed for one in tested):
        yield ""
        for one in tested:
            yield from (_missed_line(one.suite, goal) for goal in one.coverage.missed)


def coverage_row(one: SuiteRun) -> tuple[str, ...]:
    shares = (one.coverage.of(kind) for kind in _PLURALS)
    counts = (f"{reached:,}/{total:,}" if total else "-" for reached, total in shares)
    passed = f"{len(one.results) - len(one.failures):,}/{len(one.results):,}"
    return (one.suite.machine.name, passed, *counts, f"{one.coverage.percent}%")


def _missed_line(suite: Suite, goal: Goal) -> str:
    return f"{place_of(suite, goal)}: {printable(missed_text(goal))}"


def missed_text(goal: Goal) -> str:
    return f"no scenario covers the {goal.kind} {goal.what}"


def json_lines(tested: Sequence[SuiteRun], findings: Iterable[Finding]) -> Iterator[str]:
    """One line per finding (as `check` prints it), per scenario and per machine."""
    yield from (json_text(finding_object(CheckResult(finding, finding.severity))) for finding in findings)
    for one in tested:
        for file, result in one.results:
            position = file.document.position(result.scenario.path)
            yield json_text(
                {
                    "machine": one.suite.machine.name,
                    "scenario": result.scenario.name,
                    "file": file.document.file,
                    "line": position.line,
                    "column": position.column,
                    "passed": result.passed,
                    "explanation": [] if result.passed else list(explanation(result)),
                }
            )
    yield from (json_text(_coverage_document(one)) for one in tested)


def _coverage_document(one: SuiteRun) -> dict[str, object]:
    return {
        "machine": one.suite.machine.name,
        "covered_percent": one.coverage.percent,
        "covered": {kind.value: one.coverage.of(kind) for kind in CoverageKind},
        "missed": [
            {"kind": goal.kind.value, "what": goal.what, "place": place_of(one.suite, goal)}
            for goal in one.coverage.missed
        ],
    }
