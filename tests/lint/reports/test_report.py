"""What all reports share: fingerprints that last, and paths that any system can read."""

from __future__ import annotations

import pytest

from statewright.diagnostics import Code
from statewright.lint.reports.report import CheckReport, path_of, uri_of
from tests.lint.reports.sample import report, result


def fingerprints(report: CheckReport) -> list[str]:
    """Of all results."""
    return [fingerprint for _, fingerprint in report.fingerprinted()]


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


def test_a_path_has_no_dot_in_front() -> None:
    """Servers compare it with the names in the repository."""
    assert path_of("./machines/a.machine.yaml") == "machines/a.machine.yaml"


def test_a_uri_is_escaped() -> None:
    """A space or an umlaut is no part of a URI."""
    assert uri_of("a b/tür.machine.yaml") == "a%20b/t%C3%BCr.machine.yaml"
    assert uri_of("/a b.yaml") == "file:///a%20b.yaml"
