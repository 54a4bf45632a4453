"""JUnit XML as GitHub, GitLab and Jenkins read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from statewright.escaping import printable


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a test case failed.

    `type`: the stable id of the problem. `lines`: the full text. `is_error`: the case did not run.
    """

    type: str
    message: str
    lines: tuple[str, ...]
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class JunitCase:
    """A test case. `output`: lines to show, which do not make the case fail."""

    name: str
    group: str
    file: str | None = None
    failure: Failure | None = None
    output: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JunitSuite:
    name: str
    cases: tuple[JunitCase, ...]

    @property
    def counts(self) -> dict[str, str]:
        failures = [case.failure for case in self.cases if case.failure is not None]
        errors = sum(failure.is_error for failure in failures)
        return _counts(len(self.cases), len(failures) - errors, errors)


def junit_document(suites: Sequence[JunitSuite]) -> Iterator[str]:
    """The lines of the XML document. Invisible characters, and all that XML does not allow, are escaped."""
    totals = [[int(count) for count in suite.counts.values()] for suite in suites]
    tests, failures, errors = (sum(column) for column in zip(*totals, strict=True)) if totals else (0, 0, 0)
    root = Element("testsuites", {"name": "statewright", **_counts(tests, failures, errors)})
    for suite in suites:
        element = SubElement(root, "testsuite", {"name": printable(suite.name), **suite.counts})
        for case in suite.cases:
            _add_case(element, case)
    indent(root)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield from tostring(root, encoding="unicode").split("\n")


def _add_case(suite: Element, case: JunitCase) -> None:
    about = {"classname": case.group, "name": case.name, **({"file": case.file} if case.file else {})}
    element = SubElement(suite, "testcase", {key: printable(value) for key, value in about.items()})
    if (failure := case.failure) is not None:
        attributes = {"type": failure.type, "message": printable(failure.message)}
        tag = "error" if failure.is_error else "failure"
        SubElement(element, tag, attributes).text = _text(failure.lines)
    if case.output:
        SubElement(element, "system-out").text = _text(case.output)


def _text(lines: Sequence[str]) -> str:
    return "\n".join(printable(line, keep="\t") for line in lines)


def _counts(tests: int, failures: int, errors: int) -> dict[str, str]:
    return {"tests": str(tests), "failures": str(failures), "errors": str(errors)}
