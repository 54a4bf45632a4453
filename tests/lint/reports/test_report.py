"""Fingerprints of findings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from statewright.diagnostics import Code
from statewright.lint.reports.report import CheckReport
from statewright.reports.problem import fingerprints as fingerprints_of
from tests.lint.reports.sample import report, result


def fingerprints(report: CheckReport) -> list[str]:
    """Return the fingerprints of all results."""
    return list(fingerprints_of(report.problems()))


def test_a_fingerprint_survives_a_move_and_another_wording() -> None:
    """Neither the line nor the message is part of it."""
    here = report(result(Code.SHADOWED_BRANCH, 4, "hidden by line 2"))
    there = report(result(Code.SHADOWED_BRANCH, 9, "never taken: see line 7"))
    assert fingerprints(here) == fingerprints(there)


def test_findings_that_differ_only_in_their_line_have_different_fingerprints() -> None:
    """Code hosts drop findings with equal fingerprints."""
    assert len(set(fingerprints(report(result(Code.NAMING, 4), result(Code.NAMING, 5))))) == 2


@pytest.mark.parametrize("other", [{"path": ("states", "b")}, {"about": ("x",)}])
def test_findings_about_different_things_have_different_fingerprints(other: dict[str, Any]) -> None:
    """Their code, file and message are the same."""
    one = result(Code.NAMING, 4)
    two = replace(one, finding=replace(one.finding, **other))
    assert fingerprints(report(one)) != fingerprints(report(two))
