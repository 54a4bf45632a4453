"""GitLab's code quality report."""

from __future__ import annotations

from statewright.lint.reports.formats import PRINTERS
from tests.lint.reports.sample import SAMPLE, parsed, report


def test_an_entry_holds_what_gitlab_reads() -> None:
    """Description, rule, fingerprint, severity, path and line."""
    first = parsed(PRINTERS["gitlab"])[0]
    assert len(first.pop("fingerprint")) == 64
    assert first == {
        "check_name": "SW101",
        "description": '"SW101" is wrong',
        "severity": "critical",
        "location": {"path": "machines/door.machine.yaml", "lines": {"begin": 3}},
    }


def test_suppressed_findings_are_left_out() -> None:
    """GitLab has no word for them."""
    assert [entry["check_name"] for entry in parsed(PRINTERS["gitlab"])] == ["SW101", "SW003", "SW702"]


def test_a_suppressed_finding_changes_no_fingerprint_of_the_others() -> None:
    """So that a new ignore makes nothing else look new."""
    counting = report(*SAMPLE.counting())
    assert parsed(PRINTERS["gitlab"], counting) == parsed(PRINTERS["gitlab"])


def test_without_findings_it_is_an_empty_list() -> None:
    """GitLab needs a report to see that findings were resolved."""
    assert parsed(PRINTERS["gitlab"], report()) == []
