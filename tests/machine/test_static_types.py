"""The type check keeps its promise on random machines: accepted cannot fail, rejected can."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.machine.random_assignments import Result, run

pytestmark = pytest.mark.slow

FIRST_SEED, SEEDS = 0, 300


@pytest.fixture(scope="module")
def result() -> Result:
    return run(FIRST_SEED, SEEDS)


def test_accepted_expressions_do_not_fail(result: Result, report_line: Callable[[str], None]) -> None:
    """Accepted expressions fail only for values that types cannot exclude, such as overflow."""
    report_line(
        f"static types, seeds 0 to {SEEDS - 1}: {result.accepted} accepted, {len(result.failed)} failed"
    )
    assert result.failed == []
    assert result.accepted > SEEDS // 2


def test_rejected_expressions_can_fail(result: Result, report_line: Callable[[str], None]) -> None:
    """For a rejected expression some input makes the command fail."""
    report_line(f"static types: {result.refused} refused, {result.deserved:.1%} of them can fail")
    assert result.deserved >= 0.98, result.harmless
    assert result.refused > SEEDS // 8
