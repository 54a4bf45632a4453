"""The printers of `check` by the name of their format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

from statewright.diagnostics import Finding
from statewright.lint.reports.json_text import json_document, json_lines
from statewright.lint.reports.markdown import markdown_comment
from statewright.lint.reports.report import CheckReport
from statewright.lint.reports.sarif import check_sarif
from statewright.lint.result import CheckResult
from statewright.reports.github import github_commands
from statewright.reports.gitlab import gitlab_document
from statewright.reports.junit import Failure, JunitCase, JunitSuite, junit_document
from statewright.reports.paths import posix_path
from statewright.reports.problem import Problem


def _junit(report: CheckReport) -> Iterator[str]:
    """Each file is a test case, which fails if `check` fails and has an error if it cannot be read."""
    found = {
        file: list(results)
        for file, results in groupby(report.counting(), lambda result: result.finding.file)
    }
    cases = [_case(file, found.get(file, [])) for file in report.files]
    cases += map(_unreadable_case, report.unreadable_problems())
    return junit_document([JunitSuite("statewright check", tuple(cases))])


def _case(file: str, results: Sequence[CheckResult]) -> JunitCase:
    """The test case of a file; findings that do not make it fail are in its output."""
    failing = [result.finding for result in results if result.fails]
    failure = Failure(failing[0].code.id, failing[0].headline(), _lines(failing)) if failing else None
    others = [result.finding for result in results if not result.fails]
    name = posix_path(file)
    return JunitCase(name, "statewright", name, failure, _lines(others))


def _unreadable_case(problem: Problem) -> JunitCase:
    name = posix_path(problem.file)
    error = Failure(problem.rule, problem.message, (problem.message,), is_error=True)
    return JunitCase(name, "statewright", name, error)


def _lines(findings: Sequence[Finding]) -> tuple[str, ...]:
    return tuple(line for finding in findings for line in finding.render().split("\n"))


def _github(report: CheckReport) -> Iterator[str]:
    return github_commands([*report.problems(), *report.unreadable_problems()])


def _gitlab(report: CheckReport) -> Iterator[str]:
    return gitlab_document([*report.problems(), *report.unreadable_problems()])


PRINTERS: Mapping[str, Callable[[CheckReport], Iterator[str]]] = {
    "json": json_document,
    "jsonl": json_lines,
    "github": _github,
    "gitlab": _gitlab,
    "junit": _junit,
    "markdown": markdown_comment,
    "sarif": check_sarif,
}
