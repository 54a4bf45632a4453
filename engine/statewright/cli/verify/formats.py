"""A verification report in every output format, with one row per cause of faults.

Pure text. The length depends on the number of machines and causes, not on the number of streams.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from statewright.cli.shared.verification_text import MEANINGS, verification_lines, verification_summary
from statewright.diagnostics import Severity
from statewright.evolution.verify import FaultCause, VerificationReport
from statewright.machine.compiled import Machine
from statewright.reports.github import github_commands
from statewright.reports.gitlab import gitlab_document
from statewright.reports.json_text import json_text
from statewright.reports.junit import Failure, JunitCase, JunitSuite, junit_document
from statewright.reports.markdown import SIGNS, bounded, code, details, prose, table, tables
from statewright.reports.problem import Problem
from statewright.wording import plural

OPEN_MAX = 3  # causes shown in full; the others are collapsed

_SEVERITIES = {  # causes that stop no stream; the others are errors
    FaultCause.SNAPSHOT_DIFFERS: Severity.WARNING,
    FaultCause.DATA_DIFFER: Severity.WARNING,
    FaultCause.DATA_UNFIT: Severity.WARNING,
    FaultCause.INVARIANT_VIOLATED: Severity.WARNING,
    FaultCause.PAYLOAD_UNFIT: Severity.WARNING,
}


@dataclass(frozen=True, slots=True)
class VerificationResult:
    """The result of a run, as input of the printers.

    `candidates`: the machines by name. `against`: whether --against was given.
    """

    report: VerificationReport
    candidates: Mapping[str, Machine]
    against: bool


def problems(result: VerificationResult) -> list[Problem]:
    """One problem per machine and cause, at the top of the definition or under the machine's name."""
    report = result.report
    return [
        Problem(
            _file(result, machine),
            1,
            1,
            cause.value,
            _SEVERITIES.get(cause, Severity.ERROR),
            f'machine "{machine}": {plural(count, "stream")}: {MEANINGS[cause]}',
            machine,
            tuple(_examples(report, machine, cause)),
        )
        for (machine, cause), count in sorted(report.faults.items())
    ]


def _file(result: VerificationResult, machine: str) -> str:
    candidate = result.candidates.get(machine)
    return machine if candidate is None else candidate.definition.document.file


def _examples(report: VerificationReport, machine: str, cause: FaultCause) -> Iterator[str]:
    examples = report.examples[machine, cause]
    yield from (example.reason for example in examples)
    if (more := report.faults[machine, cause] - len(examples)) > 0:
        yield f"… and {more:,} more; --format jsonl shows all"


def _text(result: VerificationResult) -> Iterator[str]:
    return verification_lines(result.report)


def _json(result: VerificationResult) -> Iterator[str]:
    yield json_text(result.report.document())


def _github(result: VerificationResult) -> Iterator[str]:
    return github_commands(problems(result))


def _gitlab(result: VerificationResult) -> Iterator[str]:
    return gitlab_document(problems(result))


def _junit(result: VerificationResult) -> Iterator[str]:
    """One suite per machine, with one case per cause."""
    rows = {(problem.identity, problem.rule): problem for problem in problems(result)}
    report = result.report
    machines = sorted({*result.candidates, *(machine for machine, _ in report.faults)})
    return junit_document([_suite(machine, rows, _file(result, machine)) for machine in machines])


def _suite(machine: str, rows: Mapping[tuple[str, str], Problem], file: str) -> JunitSuite:
    cases = []
    for cause in FaultCause:
        problem = rows.get((machine, cause.value))
        failure = None
        if problem is not None:
            failure = Failure(problem.rule, problem.message, (problem.message, *problem.details))
        cases.append(JunitCase(cause.value, machine, file, failure))
    return JunitSuite(machine, tuple(cases))


def _markdown(result: VerificationResult) -> Iterator[str]:
    return bounded(_blocks(result), remedy="<code>statewright verify</code> shows the whole report.")


def _blocks(result: VerificationResult) -> Iterator[str]:
    report = result.report
    faulty = sum(report.faults.values())
    counted = f"🔴 {plural(faulty, 'stream')} with a fault" if faulty else "🟢 every stream folds"
    yield f"### statewright verify: {counted if report.streams else '⚪ no streams'}"
    yield prose(verification_summary(report, against=result.against))
    for number, ((machine, cause), count) in enumerate(sorted(report.faults.items())):
        sign = SIGNS[_SEVERITIES.get(cause, Severity.ERROR)]
        summary = f"{sign} <b>{code(machine)}</b> {plural(count, 'stream')}: {code(cause.value)}"
        yield details(summary, _cause(report, machine, cause), is_open=number < OPEN_MAX)
    rows = [
        (code(machine), code(leaf), f"{count:,}") for (machine, leaf), count in sorted(report.states.items())
    ]
    for part in tables(("machine", "state", "aggregates"), rows):
        yield details("Aggregates by state", part)


def _cause(report: VerificationReport, machine: str, cause: FaultCause) -> str:
    examples = report.examples[machine, cause]
    rows = [(code(one.stream), str(one.version), prose(one.reason)) for one in examples]
    more = report.faults[machine, cause] - len(examples)
    parts = [prose(MEANINGS[cause]), table(("stream", "version", "reason"), rows)]
    parts += [f"… and {more:,} more; <code>--format jsonl</code> shows all"] if more > 0 else []
    return "\n\n".join(parts)


PRINTERS: Mapping[str, Callable[[VerificationResult], Iterator[str]]] = {
    "text": _text,
    "json": _json,
    "github": _github,
    "gitlab": _gitlab,
    "junit": _junit,
    "markdown": _markdown,
}
