"""The baseline: what it covers, what it outlives, what is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from statewright.lint.baseline import (
    Baseline,
    BaselineError,
    baseline_of,
    cover,
    read_baseline,
    write_baseline,
)
from tests.lint.judged import TRAPPED, counting, judged

HERE = Path.cwd()
KNOWN = HERE / "known.json"
TWO = TRAPPED.replace("Open: open", "Open: open, Break: broken") + "  broken: {}\n"


def test_what_is_known_does_not_count() -> None:
    """Nothing else about it changes."""
    results = judged(TRAPPED)
    covered, gone = cover(results, baseline_of(results, HERE), KNOWN)
    assert counting(covered) == []
    assert gone == Baseline()


def test_a_finding_is_known_on_another_line_too() -> None:
    """Edits above it do not make it new."""
    moved = judged(TRAPPED.replace("initial:", "description: A door.\n\ninitial:"))
    covered, _ = cover(moved, baseline_of(judged(TRAPPED), HERE), KNOWN)
    assert [result.counts for result in covered] == [False]


def test_another_finding_of_the_same_rule_counts() -> None:
    """A baseline allows what it lists, not the rule."""
    covered, _ = cover(judged(TWO), baseline_of(judged(TRAPPED), HERE), KNOWN)
    assert counting(covered) == [("SW103", 7)]


def test_one_more_of_the_same_counts() -> None:
    """An entry says how often."""
    [result] = judged(TRAPPED)
    covered, _ = cover([result, result], baseline_of([result], HERE), KNOWN)
    assert [result.counts for result in covered] == [False, True]


def test_what_does_not_occur_any_more_is_told() -> None:
    """It would be room for the same mistake again."""
    _, gone = cover(judged(TRAPPED), baseline_of(judged(TWO), HERE), KNOWN)
    [entry] = gone
    assert (entry.file, entry.code) == ("door.machine.yaml", "SW103")
    assert '"broken"' in entry.message


def test_an_error_is_never_part_of_it() -> None:
    """It would be refused by `publish` and the handler."""
    broken = judged(TRAPPED.replace("Open: open", "Open: opne"))
    assert baseline_of(broken, HERE) == Baseline()


def test_it_is_read_as_it_was_written(tmp_path: Path) -> None:
    """One line per entry, in a stable order."""
    baseline = baseline_of(judged(TWO), HERE)
    write_baseline(tmp_path / "known.json", baseline)
    assert read_baseline(tmp_path / "known.json") == baseline
    assert len((tmp_path / "known.json").read_text().splitlines()) == len(baseline) + 2


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "not valid JSON"),
        ("[]", "expected {"),
        ('{"baseline": 2, "findings": []}', "expected {"),
        ('{"baseline": 1, "findings": [{"file": "a"}]}', "entry 1 is not"),
        (
            '{"baseline": 1, "findings": [{"file": "a", "code": "b", "message": "c", "count": 0}]}',
            "entry 1 is not",
        ),
    ],
)
def test_what_is_no_baseline_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    """With the command that makes one."""
    (tmp_path / "known.json").write_text(text)
    with pytest.raises(BaselineError, match=problem) as caught:
        read_baseline(tmp_path / "known.json")
    assert "--write-baseline" in str(caught.value)
