"""What every printer is given: one run of the checks over some files, also as the rows of all reports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from statewright.diagnostics import Severity
from statewright.lint.identity import identity_of
from statewright.lint.result import CheckResult
from statewright.reports.problem import Problem

UNREADABLE: Final = "unreadable"


@dataclass(frozen=True, slots=True)
class CheckReport:
    """`results`: sorted, suppressed ones among them. `files`: all that were checked, in that order.

    `unreadable`: files about which nothing is known.
    """

    results: tuple[CheckResult, ...]
    files: tuple[str, ...]
    unreadable: tuple[str, ...] = ()

    def counting(self) -> Iterator[CheckResult]:
        return (result for result in self.results if result.counts)

    def problems(self) -> Iterator[Problem]:
        """All results."""
        return map(problem_of, self.results)

    def unreadable_problems(self) -> Iterator[Problem]:
        for file in self.unreadable:
            yield Problem(file, 1, 1, UNREADABLE, Severity.ERROR, "the file cannot be read", identity="")


def problem_of(result: CheckResult) -> Problem:
    finding = result.finding
    position = finding.position
    return Problem(
        finding.file,
        position.line,
        position.column,
        finding.code.id,
        result.severity,
        finding.message,
        identity_of(finding).text,
        suppressed=not result.counts,
    )
