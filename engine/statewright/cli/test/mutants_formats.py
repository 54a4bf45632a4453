"""Reports on mutants that no scenario notices, one printer per format. Mutants proved alike are left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from statewright.cli.test.mutants_report import (
    SCORE_HEADER,
    MutationRun,
    json_lines,
    mutant_hint,
    mutant_text,
    score_row,
    text_lines,
)
from statewright.diagnostics import Severity
from statewright.reports.github import github_commands
from statewright.reports.gitlab import gitlab_document
from statewright.reports.junit import Failure, JunitCase, JunitSuite, junit_document
from statewright.reports.markdown import bounded, code, details, prose, table, tables
from statewright.reports.problem import Problem
from statewright.scenarios.mutation import MutantResult, MutantStatus
from statewright.wording import plural

MISSED = "mutant-missed"

Trials = Sequence[MutationRun]


def _problems(trials: Trials) -> Iterator[Problem]:
    return (_problem(trial, result) for trial in trials for result in trial.missed)


def _problem(trial: MutationRun, result: MutantResult) -> Problem:
    position = result.mutant.position
    return Problem(
        str(trial.suite.path),
        position.line,
        position.column,
        MISSED,
        Severity.WARNING,
        mutant_text(result),
        result.mutant.identity,
        (mutant_hint(result),),
    )


def _github(trials: Trials) -> Iterator[str]:
    return github_commands(_problems(trials))


def _gitlab(trials: Trials) -> Iterator[str]:
    return gitlab_document(_problems(trials))


def _junit(trials: Trials) -> Iterator[str]:
    """One test suite per machine: a case for each missed mutant, and one for all noticed mutants."""
    return junit_document([_suite(trial) for trial in trials])


def _suite(trial: MutationRun) -> JunitSuite:
    noticed = JunitCase(
        f"{trial.count(MutantStatus.NOTICED):,} of {len(trial.results):,} mutants noticed", trial.name
    )
    return JunitSuite(trial.name, (noticed, *(_case(trial, result) for result in trial.missed)))


def _case(trial: MutationRun, result: MutantResult) -> JunitCase:
    problem = _problem(trial, result)
    failure = Failure(MISSED, problem.message, (problem.message, *problem.details))
    return JunitCase(result.mutant.identity, trial.name, problem.file, failure)


def _markdown(trials: Trials) -> Iterator[str]:
    return bounded(_blocks(trials), remedy="<code>statewright test --mutate</code> shows everything.")


def _blocks(trials: Trials) -> Iterator[str]:
    missed = sum(len(trial.missed) for trial in trials)
    yield f"### statewright test --mutate: {f'🟠 {missed:,} missed' if missed else '🟢 none missed'}"
    yield table([name.lower() for name in SCORE_HEADER], [list(map(prose, score_row(one))) for one in trials])
    for trial in trials:
        rows = [_row(trial, result) for result in trial.missed]
        for part in tables(("place", "change", "how to notice it"), rows):
            count = plural(len(rows), "change")
            yield details(f"{count} to {code(trial.name)} that no scenario notices", part)


def _row(trial: MutationRun, result: MutantResult) -> tuple[str, ...]:
    position = result.mutant.position
    place = f"{trial.suite.path}:{position.line}:{position.column}"
    return code(place), prose(result.mutant.change), code(mutant_hint(result))


PRINTERS: Mapping[str, Callable[[Trials], Iterator[str]]] = {
    "text": text_lines,
    "json": json_lines,
    "github": _github,
    "gitlab": _gitlab,
    "junit": _junit,
    "markdown": _markdown,
}
