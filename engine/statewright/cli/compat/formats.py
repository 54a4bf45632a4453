"""A comparison in every output format.

Fingerprints are made of the rule and the element's path, so they depend on neither wording nor line numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from statewright.cli.compat.markdown import markdown_comment
from statewright.cli.compat.result import ComparisonResult
from statewright.cli.shared.verdict_text import verdict_details, verdict_document, verdict_lines, verdict_tags
from statewright.diagnostics import Severity
from statewright.evolution.compat import ChangeVerdict
from statewright.evolution.compat.change_kinds import ChangeKind, Consequence
from statewright.evolution.compat.verdicts import Place
from statewright.reports.github import github_commands
from statewright.reports.gitlab import gitlab_document
from statewright.reports.json_text import json_text
from statewright.reports.junit import Failure, JunitCase, JunitSuite, junit_document
from statewright.reports.problem import Problem
from statewright.reports.sarif import SarifResult, SarifRule, sarif_document

SEVERITIES: Mapping[Consequence, Severity] = {
    Consequence.REPLAY: Severity.ERROR,
    Consequence.UPCASTER: Severity.ERROR,
    Consequence.COMMAND: Severity.WARNING,
    Consequence.SAFE: Severity.INFO,
}


def problems(result: ComparisonResult) -> list[Problem]:
    """One problem per verdict; accepted ones are marked as suppressed."""
    return [_problem(result, verdict) for verdict in result.verdicts]


def _problem(result: ComparisonResult, verdict: ChangeVerdict) -> Problem:
    place = _place(result, verdict)
    acceptance = result.acceptance(verdict)
    return Problem(
        place.file,
        place.line,
        1,
        verdict.kind.id,
        SEVERITIES[verdict.kind.consequence],
        f"{verdict.message} [{verdict_tags(verdict)}]",
        f"{verdict.machine} {verdict.location}",
        tuple(f"{name}: {text}" for name, text in verdict_details(verdict, acceptance)),
        suppressed=acceptance is not None,
    )


def _place(result: ComparisonResult, verdict: ChangeVerdict) -> Place:
    """The place in the new version. A removed element is shown at the top of the file."""
    if verdict.new is not None:
        return verdict.new
    if (machine := result.after.get(verdict.machine)) is not None:
        return Place(machine.definition.document.file, 1)
    return verdict.old or Place(verdict.machine, 1)


def _text(result: ComparisonResult) -> Iterator[str]:
    for verdict in result.verdicts:
        yield from verdict_lines(verdict, result.acceptance(verdict))


def _json(result: ComparisonResult) -> Iterator[str]:
    searched = {
        name: {"sequences": report.sequences, "complete": report.complete, "untried": list(report.untried)}
        for name, report in result.reports.items()
    }
    yield json_text({"verdicts": list(_documents(result)), "searched": searched, "decided": result.decided})


def _json_lines(result: ComparisonResult) -> Iterator[str]:
    return map(json_text, _documents(result))


def _documents(result: ComparisonResult) -> Iterator[dict[str, Any]]:
    return (verdict_document(one, result.acceptance(one)) for one in result.verdicts)


def _github(result: ComparisonResult) -> Iterator[str]:
    return github_commands(problems(result))


def _gitlab(result: ComparisonResult) -> Iterator[str]:
    return gitlab_document(problems(result))


def _sarif(result: ComparisonResult) -> Iterator[str]:
    results = [
        SarifResult(problem, _suppression(result, verdict))
        for problem, verdict in zip(problems(result), result.verdicts, strict=True)
    ]
    files = [machine.definition.document.file for machine in result.after.values()]
    rules = list(map(_rule, ChangeKind))
    return sarif_document(results, rules=rules, files=files, fingerprint_version=1)


def _suppression(result: ComparisonResult, verdict: ChangeVerdict) -> dict[str, Any]:
    acceptance = result.acceptance(verdict)
    if acceptance is None:
        return {}
    return {"suppressions": [{"kind": "external", "justification": acceptance.reason}]}


def _rule(kind: ChangeKind) -> SarifRule:
    return SarifRule(kind.id, kind.name.lower().replace("_", "-"), SEVERITIES[kind.consequence], kind.meaning)


def _junit(result: ComparisonResult) -> Iterator[str]:
    """One suite per machine and one case per verdict, which fails if the command fails for it."""
    return junit_document([_suite(result, name) for name in result.reports])


def _suite(result: ComparisonResult, machine: str) -> JunitSuite:
    rows = zip(problems(result), result.verdicts, strict=True)
    cases = tuple(
        _case(problem, verdict, fails=verdict in result.failing)
        for problem, verdict in rows
        if verdict.machine == machine
    )
    return JunitSuite(machine, cases or (JunitCase("no change in behaviour", machine),))


def _case(problem: Problem, verdict: ChangeVerdict, *, fails: bool) -> JunitCase:
    lines = (problem.message, *problem.details)
    return JunitCase(
        f"{verdict.kind.id} {verdict.location}",
        verdict.machine,
        problem.file,
        Failure(problem.rule, problem.message, lines) if fails else None,
        () if fails else lines,
    )


PRINTERS: Mapping[str, Callable[[ComparisonResult], Iterator[str]]] = {
    "text": _text,
    "json": _json,
    "jsonl": _json_lines,
    "github": _github,
    "gitlab": _gitlab,
    "junit": _junit,
    "markdown": markdown_comment,
    "sarif": _sarif,
}
