"""The JUnit report."""

from __future__ import annotations

from xml.etree.ElementTree import Element, fromstring

from statewright.diagnostics import Code
from statewright.lint.reports.formats import PRINTERS
from statewright.lint.reports.report import CheckReport
from tests.lint.reports.sample import FILE, SAMPLE, report, result


def suite(report: CheckReport) -> Element:
    """Return the only test suite of a report."""
    [found] = fromstring("\n".join(PRINTERS["junit"](report)))
    return found


def test_every_file_is_a_test_case() -> None:
    """It is noticeable if a file is no longer checked."""
    assert [case.get("file") for case in suite(SAMPLE)] == [FILE, "machines/lamp.machine.yaml"]


def test_a_file_with_errors_or_warnings_fails_once() -> None:
    """The text of the failure has all findings."""
    found = suite(SAMPLE)
    [failure] = found.iter("failure")
    assert (found.get("tests"), found.get("failures")) == ("2", "1")
    assert "[SW101]" in (failure.text or "")
    assert "[SW003]" in (failure.text or "")


def test_info_is_output_of_a_passing_test_case() -> None:
    """Info does not make a check fail."""
    [case, _] = suite(report(result(Code.NAMING)))
    assert case.find("failure") is None
    assert "[SW702]" in (case.findtext("system-out") or "")


def test_characters_that_xml_cannot_hold_are_escaped() -> None:
    """Every XML parser can read the report."""
    found = suite(report(result(Code.UNKNOWN_STATE, message="a\x00b\x1b<&\ufffe")))
    assert r"a\x00b\x1b<&\ufffe" in (found.findtext(".//failure") or "")
