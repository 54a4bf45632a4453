"""JUnit's XML, as build servers read it: a file is a test, which fails where `check` would."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from statewright.lint.paths import posix_path
from statewright.lint.reports.report import CheckReport
from statewright.lint.result import CheckResult

# Everything but what XML 1.0 (section 2.2) can hold, escaped or not.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_document(report: CheckReport) -> Iterator[str]:
    """What is only shown, and fails nothing, stands in the output of its test."""
    found = {
        file: list(results)
        for file, results in groupby(report.counting(), lambda result: result.finding.file)
    }
    failed = sum(any(result.fails for result in results) for results in found.values())
    counts = {"tests": str(len(report.files)), "failures": str(failed), "errors": "0"}
    root = Element("testsuites", counts)
    suite = SubElement(root, "testsuite", {"name": "statewright check", **counts})
    for file in report.files:
        _add_case(suite, file, found.get(file, []))
    indent(root)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield tostring(root, encoding="unicode")


def _add_case(suite: Element, file: str, results: Sequence[CheckResult]) -> None:
    name = _xml(posix_path(file))
    case = SubElement(suite, "testcase", {"classname": "statewright", "name": name, "file": name})
    failing = [result for result in results if result.fails]
    if failing:
        first = failing[0].finding
        attributes = {"type": first.code.id, "message": _xml(first.headline())}
        SubElement(case, "failure", attributes).text = _rendered(failing)
    if shown := [result for result in results if not result.fails]:
        SubElement(case, "system-out").text = _rendered(shown)


def _rendered(results: Sequence[CheckResult]) -> str:
    return _xml("\n".join(result.finding.render() for result in results))


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
