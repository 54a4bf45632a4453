"""What all reports share: fingerprints that last."""

from __future__ import annotations

import pytest

from statewright.diagnostics import Code
from statewright.lint.reports.report import CheckReport
from statewright.reports.problem import fingerprints as fingerprints_of
from tests.lint.reports.sample import report, result


def fingerprints(report: CheckReport) -> list[str]:
    """Of all results."""
    return list(fingerprints_of(report.problems()))


@pytest.mark.parametrize("place", ["line {}", "line {}, column 3", "one of lines {}, 12"])
def test_a_fingerprint_survives_a_move(place: str) -> None:
    """Neither the line of the finding nor one that its message names is part of it."""
    here = report(result(Code.SHADOWED_BRANCH, 4, f"hidden by {place.format(2)}"))
    there = report(result(Code.SHADOWED_BRANCH, 9, f"hidden by {place.format(17)}"))
    assert fingerprints(here) == fingerprints(there)


def test_findings_that_differ_only_in_their_line_have_different_fingerprints() -> None:
    """A server that meets one twice would drop the second."""
    assert len(set(fingerprints(report(result(Code.NAMING, 4), result(Code.NAMING, 5))))) == 2


def test_findings_that_say_something_else_have_different_fingerprints() -> None:
    """Of one rule, too."""
    both = report(result(Code.NAMING, 4, "a"), result(Code.NAMING, 4, "b"))
    assert len(set(fingerprints(both))) == 2
