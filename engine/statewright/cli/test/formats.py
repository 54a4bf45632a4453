"""Reports on scenarios, one printer per format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from statewright.cli.test.report import (
    COVERAGE_HEADER,
    SuiteRun,
    coverage_row,
    json_lines,
    missed_text,
    text_lines,
)
from statewright.diagnostics import Finding, Severity
from statewright.lint.reports.report import problem_of
from statewright.lint.result import CheckResult
from statewright.reports.github import github_commands
from statewright.reports.gitlab import gitlab_document
from statewright.reports.junit import Failure, JunitCase, JunitSuite, junit_document
from statewright.reports.markdown import SIGNS, bounded, code, details, preformatted, prose, table, tables
from statewright.reports.problem import Problem
from statewright.scenarios.model import ScenarioFile
from statewright.scenarios.running import ScenarioResult
from statewright.scenarios.text import explanation, headline
from statewright.wording import plural

FAILED, NOT_COVERED = "scenario-failed", "not-covered"
OPEN_MAX = 5  # failures shown unfolded in Markdown


@dataclass(frozen=True, slots=True)
class ScenarioReport:
    """The results of a run, as input of the printers.

    `findings`: why files could not run. `list_missed`: include the goals without coverage.
    """

    runs: tuple[SuiteRun, ...]
    findings: tuple[Finding, ...]
    list_missed: bool


def _problems(tested: ScenarioReport) -> Iterator[Problem]:
    yield from map(_finding_problem, tested.findings)
    for run in tested.runs:
        yield from (_failure_problem(file, result) for file, result in run.failures)
    if tested.list_missed:
        for run in tested.runs:
            yield from _missed_problems(run)


def _finding_problem(finding: Finding) -> Problem:
    return problem_of(CheckResult(finding, finding.severity))


def _failure_problem(file: ScenarioFile, result: ScenarioResult) -> Problem:
    """A failure at its impossible step, or else at the scenario."""
    path = result.broken.path if result.broken else result.scenario.path
    position = file.document.position(path)
    name, why = result.scenario.name, tuple(explanation(result))
    return Problem(
        file.document.file,
        position.line,
        position.column,
        FAILED,
        Severity.ERROR,
        f'scenario "{name}" fails',
        name,
        why,
    )


def _missed_problems(run: SuiteRun) -> Iterator[Problem]:
    document = run.suite.machine.definition.document
    for goal in run.coverage.missed:
        position = document.position(goal.path)
        yield Problem(
            str(run.suite.path),
            position.line,
            position.column,
            NOT_COVERED,
            Severity.INFO,
            missed_text(goal),
            goal.identity,
        )


def _text(tested: ScenarioReport) -> Iterator[str]:
    return text_lines(tested.runs, list_missed=tested.list_missed)


def _json(tested: ScenarioReport) -> Iterator[str]:
    return json_lines(tested.runs, tested.findings)


def _github(tested: ScenarioReport) -> Iterator[str]:
    return github_commands(_problems(tested))


def _gitlab(tested: ScenarioReport) -> Iterator[str]:
    return gitlab_document(_problems(tested))


def _junit(tested: ScenarioReport) -> Iterator[str]:
    """One test suite per machine, and one per file that cannot run, with an error as its only case."""
    suites = [JunitSuite(run.suite.machine.name, tuple(map(_case, run.results))) for run in tested.runs]
    faulty = groupby(tested.findings, lambda finding: finding.file)
    return junit_document([*suites, *(_faulty_file(file, list(found)) for file, found in faulty)])


def _case(ran: tuple[ScenarioFile, ScenarioResult]) -> JunitCase:
    file, result = ran
    failure = None
    if not result.passed:
        failure = Failure(FAILED, headline(file.document, result), tuple(explanation(result)))
    return JunitCase(result.scenario.name, file.document.file, failure=failure)


def _faulty_file(file: str, findings: Sequence[Finding]) -> JunitSuite:
    lines = tuple(line for finding in findings for line in finding.render().split("\n"))
    failure = Failure(findings[0].code.id, findings[0].headline(), lines, is_error=True)
    return JunitSuite(file, (JunitCase("can be run", file, failure=failure),))


def _markdown(tested: ScenarioReport) -> Iterator[str]:
    return bounded(_blocks(tested), remedy="<code>statewright test</code> shows everything.")


def _blocks(tested: ScenarioReport) -> Iterator[str]:
    yield f"### statewright test: {_counts(tested)}"
    if tested.findings:
        rows = [
            (_place(problem), prose(problem.message)) for problem in map(_finding_problem, tested.findings)
        ]
        yield from tables(("file", "finding"), rows)
    failures = [_failure_problem(file, result) for run in tested.runs for file, result in run.failures]
    for number, problem in enumerate(failures):
        summary = f"{SIGNS[Severity.ERROR]} {prose(problem.message)} at {_place(problem)}"
        yield details(summary, preformatted(problem.details), is_open=number < OPEN_MAX)
    if tested.runs:
        counts = [tuple(map(prose, coverage_row(run))) for run in tested.runs]
        yield table([name.lower() for name in COVERAGE_HEADER], counts)
    yield from _missed_blocks(tested)


def _counts(tested: ScenarioReport) -> str:
    """The totals; faulty files are named so that they do not look like success."""
    total = plural(sum(len(run.results) for run in tested.runs), "scenario")
    failed = sum(len(run.failures) for run in tested.runs)
    faulty = len({finding.file for finding in tested.findings})
    parts = [f"{failed:,} failed"] if failed else []
    parts += [f"{plural(faulty, 'file')} could not be run"] if faulty else []
    return f"{total}, {', '.join(parts) or 'all passed'}"


def _missed_blocks(tested: ScenarioReport) -> Iterator[str]:
    missed = [problem for run in tested.runs for problem in _missed_problems(run)]
    rows = [(_place(problem), prose(problem.message)) for problem in missed]
    for part in tables(("place", "goal"), rows):
        yield details(f"{len(missed):,} not covered", part)


def _place(problem: Problem) -> str:
    return code(f"{problem.file}:{problem.line}:{problem.column}")


PRINTERS: Mapping[str, Callable[[ScenarioReport], Iterator[str]]] = {
    "text": _text,
    "json": _json,
    "github": _github,
    "gitlab": _gitlab,
    "junit": _junit,
    "markdown": _markdown,
}
