"""A comment for reviewers: a summary, then a table of findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from statewright.diagnostics import Severity
from statewright.lint.reports.report import CheckReport
from statewright.reports.markdown import SIGNS, bounded, code, prose, tables
from statewright.reports.paths import posix_path
from statewright.reports.problem import Problem


def markdown_comment(report: CheckReport) -> Iterator[str]:
    """The findings that are not suppressed, errors first."""
    order = list(Severity)
    unreadable = list(report.unreadable_problems())
    found = sorted(
        (*unreadable, *(problem for problem in report.problems() if not problem.suppressed)),
        key=lambda problem: order.index(problem.severity),
    )
    counts = Counter(problem.severity for problem in found)
    summary = ", ".join(f"{SIGNS[kind]} {kind.value}: {counts[kind]}" for kind in Severity if counts[kind])
    blocks = [
        f"### statewright check: {summary or 'no findings'}",
        *tables(("", "place", "finding", "rule"), list(map(_row, found))),
    ]
    return bounded(blocks, remedy="<code>statewright check</code> shows all findings.")


def _row(problem: Problem) -> tuple[str, ...]:
    place = f"{posix_path(problem.file)}:{problem.line}:{problem.column}"
    return SIGNS[problem.severity], code(place), prose(problem.message), code(problem.rule)
