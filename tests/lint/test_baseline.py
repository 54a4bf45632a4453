"""The baseline: the findings that it covers, and entries without a finding."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath

import pytest

from statewright.lint.baseline import (
    Baseline,
    BaselineError,
    apply_baseline,
    baseline_of,
    baseline_text,
    parse_baseline,
)
from statewright.reports.paths import posix_path
from tests.lint.results import TRAPPED, counting, results_of

KNOWN = {"name": "known.json", "path_of": posix_path}
FILE = PurePath("known.json")
TWO = TRAPPED.replace("Open: open", "Open: open, Break: broken") + "  broken: {}\n"


def test_a_known_finding_does_not_count() -> None:
    """Its entry is not reported as unused."""
    results = results_of(TRAPPED)
    covered, gone = apply_baseline(results, baseline_of(results, posix_path), **KNOWN)
    assert counting(covered) == []
    assert gone == Baseline()


def test_a_finding_stays_known_on_another_line() -> None:
    """Edits above it do not matter."""
    moved = results_of(TRAPPED.replace("initial:", "description: A door.\n\ninitial:"))
    covered, _ = apply_baseline(moved, baseline_of(results_of(TRAPPED), posix_path), **KNOWN)
    assert [result.counts for result in covered] == [False]


def test_another_finding_of_the_same_rule_counts() -> None:
    """A baseline covers findings, not rules."""
    covered, _ = apply_baseline(results_of(TWO), baseline_of(results_of(TRAPPED), posix_path), **KNOWN)
    assert counting(covered) == [("SW103", 7)]


def test_a_finding_stays_known_in_other_words() -> None:
    """A later version may word its messages differently."""
    [result] = results_of(TRAPPED)
    reworded = replace(result, finding=replace(result.finding, message="no way out of here"))
    covered, gone = apply_baseline([reworded], baseline_of([result], posix_path), **KNOWN)
    assert (counting(covered), gone) == ([], Baseline())


def test_a_finding_beyond_the_recorded_count_counts() -> None:
    """An entry records how often its finding may occur."""
    [result] = results_of(TRAPPED)
    covered, _ = apply_baseline([result, result], baseline_of([result], posix_path), **KNOWN)
    assert [result.counts for result in covered] == [False, True]


def test_entries_without_a_finding_are_returned() -> None:
    """If they stayed in the file, the same mistake would pass again."""
    _, gone = apply_baseline(results_of(TRAPPED), baseline_of(results_of(TWO), posix_path), **KNOWN)
    [entry] = gone
    assert str(entry) == "door.machine.yaml: SW103 at states.broken"


def test_errors_are_not_part_of_a_baseline() -> None:
    """`publish` and the handler would refuse them."""
    broken = results_of(TRAPPED.replace("Open: open", "Open: opne"))
    assert baseline_of(broken, posix_path) == Baseline()


def test_a_baseline_survives_a_round_trip() -> None:
    """It has one line per entry."""
    baseline = baseline_of(results_of(TWO), posix_path)
    text = baseline_text(baseline)
    assert parse_baseline(text, FILE) == baseline
    assert len(text.splitlines()) == len(baseline) + 2


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "not valid JSON"),
        ("[]", "expected {"),
        ('{"baseline": 3, "findings": []}', "expected {"),
        ('{"baseline": 2, "findings": [{"file": "a"}]}', "entry 1 must be"),
        (
            '{"baseline": 2, "findings": [{"file": "a", "code": "b", "at": "c", "about": [1], "count": 1}]}',
            "entry 1 must be",
        ),
        (
            '{"baseline": 1, "findings": [{"file": "a", "code": "b", "message": "c", "count": 0}]}',
            "entry 1 must be",
        ),
    ],
)
def test_an_invalid_baseline_is_refused(text: str, problem: str) -> None:
    """The message contains the command that writes one."""
    with pytest.raises(BaselineError, match=problem) as caught:
        parse_baseline(text, FILE)
    assert "--write-baseline" in str(caught.value)
