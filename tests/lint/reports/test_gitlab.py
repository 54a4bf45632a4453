"""GitLab's code quality report."""

from __future__ import annotations

from statewright.lint.reports.formats import PRINTERS
from tests.lint.reports.sample import SAMPLE, parsed, report


def test_an_entry_has_the_keys_that_gitlab_reads() -> None:
    """These are the description, rule, fingerprint, severity, path and line."""
    first = parsed(PRINTERS["gitlab"])[0]
    assert len(first.pop("fingerprint")) == 64
    assert first == {
        "check_name": "SW101",
        "description": '"SW101" is wrong',
        "severity": "critical",
        "location": {"path": "machines/door.machine.yaml", "lines": {"begin": 3}},
    }


def test_suppressed_findings_are_left_out() -> None:
    """GitLab's format cannot represent them."""
    assert [entry["check_name"] for entry in parsed(PRINTERS["gitlab"])] == ["SW101", "SW003", "SW702"]


def test_suppressing_a_finding_keeps_the_other_fingerprints() -> None:
    """A new ignore comment makes no other finding look new."""
    counting = report(*SAMPLE.counting())
    assert parsed(PRINTERS["gitlab"], counting) == parsed(PRINTERS["gitlab"])


def test_a_report_without_findings_is_an_empty_list() -> None:
    """GitLab needs a report to see that findings were resolved."""
    assert parsed(PRINTERS["gitlab"], report()) == []
