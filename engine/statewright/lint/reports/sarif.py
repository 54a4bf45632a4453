"""SARIF reports of `check`, with rules, safe fixes and the reasons of suppressed findings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from statewright.diagnostics import Severity
from statewright.lint.registry import rules
from statewright.lint.reports.report import UNREADABLE, CheckReport
from statewright.lint.result import CheckResult, Origin, Suppression, TextEdit
from statewright.reports.paths import file_uri
from statewright.reports.sarif import SarifResult, SarifRule, sarif_document

_UNREADABLE = SarifRule(
    UNREADABLE, UNREADABLE, Severity.ERROR, "The file cannot be read, so it was not checked."
)
_KINDS = {Origin.COMMENT: "inSource", Origin.CONFIGURATION: "external", Origin.BASELINE: "external"}


def check_sarif(report: CheckReport) -> Iterator[str]:
    """All results, including suppressed ones, which viewers hide."""
    results = [
        SarifResult(problem, dict(_properties(result)))
        for problem, result in zip(report.problems(), report.results, strict=True)
    ]
    results += map(SarifResult, report.unreadable_problems())
    known = [
        _UNREADABLE,
        *(SarifRule(one.code.id, one.slug, one.severity, one.why, one.fix) for one in rules()),
    ]
    return sarif_document(results, rules=known, files=report.files, fingerprint_version=2)


def _properties(result: CheckResult) -> Iterator[tuple[str, Any]]:
    if result.edit is not None:
        yield "fixes", [_fix(result.edit, result.finding.file)]
    if result.suppression is not None:
        yield "suppressions", [_suppression(result.suppression)]


def _fix(edit: TextEdit, file: str) -> dict[str, Any]:
    start = edit.position
    region = {
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": edit.end.line,
        "endColumn": edit.end.column,
    }
    replacement = {"deletedRegion": region, "insertedContent": {"text": edit.text}}
    return {"artifactChanges": [{"artifactLocation": {"uri": file_uri(file)}, "replacements": [replacement]}]}


def _suppression(suppression: Suppression) -> dict[str, str]:
    return {"kind": _KINDS[suppression.origin], "justification": suppression.reason}
