"""The input of all printers: one run of `check` over some files."""

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
    """One run of `check`.

    `results`: sorted, including suppressed ones. `files`: the checked files, in the same order. `unreadable`:
    files that could not be read.
    """

    results: tuple[CheckResult, ...]
    files: tuple[str, ...]
    unreadable: tuple[str, ...] = ()

    def counting(self) -> Iterator[CheckResult]:
        return (result for result in self.results if result.counts)

    def problems(self) -> Iterator[Problem]:
        """A problem for each result, including suppressed ones."""
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
