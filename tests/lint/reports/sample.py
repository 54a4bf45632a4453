"""A report with one finding of each kind."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from statewright.diagnostics import Code, Finding, Position
from statewright.lint.reports.report import CheckReport
from statewright.lint.result import CheckResult, Origin, Suppression, TextEdit

FILE = "machines/door.machine.yaml"


def result(code: Code, line: int = 4, message: str = "", **more: Any) -> CheckResult:
    """Return a finding in FILE, with the severity of its code unless another one is given."""
    finding = Finding(FILE, Position(line, 3), code, message or f'"{code.id}" is wrong', "  open: {}")
    return CheckResult(finding, more.pop("severity", finding.severity), **more)


def report(
    *results: CheckResult, files: tuple[str, ...] = (FILE, "machines/lamp.machine.yaml")
) -> CheckReport:
    """Return the report of a run over two files."""
    return CheckReport(results, files)


SAMPLE = report(
    result(Code.UNKNOWN_STATE, 3),
    result(Code.DEAD_END, 4, suppression=Suppression(Origin.COMMENT, "an open door stays open")),
    result(Code.YAML_1_1, 5, edit=TextEdit(Position(5, 3), 2, '"on"')),
    result(Code.CASE_CLASH, 6, suppression=Suppression(Origin.BASELINE, "known since known.json")),
    result(Code.NAMING, 7),
)


def parsed(printer: Callable[[CheckReport], Iterator[str]], report: CheckReport = SAMPLE) -> Any:
    """Return the parsed JSON output of a printer."""
    return json.loads("\n".join(printer(report)))
