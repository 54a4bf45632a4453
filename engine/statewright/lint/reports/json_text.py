"""JSON reports: one document for the run, or one line per finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from statewright.diagnostics import Severity
from statewright.lint.reports.report import CheckReport
from statewright.lint.result import CheckResult
from statewright.reports.json_text import indented_json, json_text


def json_document(report: CheckReport) -> Iterator[str]:
    """Unsuppressed findings, suppressed ones with their reasons, and the counts by severity."""
    severities = Counter(result.severity for result in report.counting())
    suppressed = (
        {**finding_object(result), "by": result.suppression.origin.value, "reason": result.suppression.reason}
        for result in report.results
        if result.suppression is not None
    )
    document = {
        "files": len(report.files),
        "unreadable": list(report.unreadable),
        "counts": {severity.value: severities[severity] for severity in Severity},
        "findings": list(map(finding_object, report.counting())),
        "suppressed": list(suppressed),
    }
    yield from indented_json(document)


def json_lines(report: CheckReport) -> Iterator[str]:
    """The findings that are not suppressed, one JSON object per line."""
    for result in report.counting():
        yield json_text(finding_object(result))


def finding_object(result: CheckResult) -> dict[str, Any]:
    """A finding as JSON. If `--fix` can fix it, `fix` has the text that replaces `length` characters."""
    finding = result.finding
    document = {
        "file": finding.file,
        "line": finding.position.line,
        "column": finding.position.column,
        "code": finding.code.id,
        "severity": result.severity.value,
        "message": finding.message,
    }
    if result.edit is None:
        return document
    place = {"line": result.edit.position.line, "column": result.edit.position.column}
    return document | {"fix": {**place, "length": result.edit.length, "text": result.edit.text}}
