"""What a run of scenarios looks like: text for people, JSON on lines, JUnit for continuous integration.

Makes text of results and prints nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from xml.etree import ElementTree

import click

from statewright.cli.shared.output import GAP, aligned
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


@dataclass(frozen=True, slots=True)
class SuiteRun:
    """What came of a suite's scenarios, each with the file that it stands in."""

    suite: Suite
    results: tuple[tuple[ScenarioFile, ScenarioResult], ...]
    coverage: Coverage

    @property
    def failures(self) -> list[tuple[ScenarioFile, ScenarioResult]]:
        return [(file, result) for file, result in self.results if not result.passed]


def suite_report(
    format: str, tested: Sequence[SuiteRun], findings: Sequence[Finding], *, list_missed: bool
) -> Iterator[str]:
    """`format`: text, json or junit. `findings`: why files could not be run; people were told already."""
    match format:
        case "json":
            return _json(tested, findings)
        case "junit":
            return iter(_junit(tested, findings).splitlines())
        case _:
            return _text(tested, list_missed=list_missed)


def place_of(suite: Suite, goal: Goal) -> str:
    """`file:line:column` of what there is to cover."""
    position = suite.machine.definition.document.position(goal.path)
    return f"{suite.path}:{position.line}:{position.column}"


def _text(tested: Iterable[SuiteRun], *, list_missed: bool) -> Iterator[str]:
    tested = list(tested)
    for one in tested:
        for file, result in one.failures:
            yield click.style(printable(headline(file.document, result)), fg="red")
            yield from (f"{GAP}{printable(line)}" for line in explanation(result))
            yield ""
    yield from aligned(
        ("MACHINE", "SCENARIOS", "FAILED", *_PLURALS.values(), "COVERED"), [_row(one) for one in tested]
    )
    if list_missed and any(one.coverage.missed for one in tested):
        yield ""
        for one in tested:
            yield from (_missed_line(one.suite, goal) for goal in one.coverage.missed)


def _row(one: SuiteRun) -> tuple[str, ...]:
    shares = (one.coverage.of(kind) for kind in _PLURALS)
    counts = (f"{reached}/{total}" if total else "-" for reached, total in shares)
    failed = str(len(one.failures))
    return (one.suite.machine.name, str(len(one.results)), failed, *counts, f"{one.coverage.percent}%")


def _missed_line(suite: Suite, goal: Goal) -> str:
    return f"{place_of(suite, goal)}: no scenario covers the {goal.kind} {printable(goal.what)}"


def _json(tested: Sequence[SuiteRun], findings: Iterable[Finding]) -> Iterator[str]:
    """A line for each finding, as `check` has it, for each scenario, and then for each machine."""
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


def _junit(tested: Iterable[SuiteRun], findings: Iterable[Finding]) -> str:
    """The form that GitHub, GitLab and Jenkins read: suites of cases, each with its failure or error."""
    root = ElementTree.Element("testsuites", name="statewright")
    for one in tested:
        counts = {"tests": str(len(one.results)), "failures": str(len(one.failures)), "errors": "0"}
        suite = ElementTree.SubElement(root, "testsuite", {"name": one.suite.machine.name, **counts})
        for file, result in one.results:
            about = {"classname": file.document.file, "name": printable(result.scenario.name)}
            case = ElementTree.SubElement(suite, "testcase", about)
            if not result.passed:
                message = printable(headline(file.document, result))
                failure = ElementTree.SubElement(case, "failure", message=message)
                failure.text = "\n".join(map(printable, explanation(result)))
    for file, found in groupby(findings, lambda finding: finding.file):
        _add_faulty_file(root, file, list(found))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode")


def _add_faulty_file(root: ElementTree.Element, file: str, findings: Sequence[Finding]) -> None:
    """A suite whose only case could not begin."""
    name = printable(file)
    suite = ElementTree.SubElement(root, "testsuite", name=name, tests="1", failures="0", errors="1")
    case = ElementTree.SubElement(suite, "testcase", classname=name, name="can be run")
    error = ElementTree.SubElement(case, "error", type=findings[0].code.id, message=findings[0].headline())
    error.text = "\n".join(one.render() for one in findings)
