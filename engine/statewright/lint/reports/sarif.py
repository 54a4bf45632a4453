"""SARIF 2.1.0 (OASIS): findings with their rules, their fixes, and the reasons of those that do not count."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from statewright import __version__
from statewright.diagnostics import Code, Severity
from statewright.lint import rules
from statewright.lint.paths import file_uri
from statewright.lint.reports.report import CheckReport
from statewright.lint.result import CheckResult, Origin, Suppression, TextEdit

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT = "statewright/v1"

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_KINDS = {Origin.COMMENT: "inSource", Origin.CONFIGURATION: "external", Origin.BASELINE: "external"}


def sarif_document(report: CheckReport) -> Iterator[str]:
    """All results; a viewer hides the suppressed ones."""
    descriptors = _descriptors(result.finding.code for result in report.results)
    places = {descriptor["id"]: place for place, descriptor in enumerate(descriptors)}
    driver = {"name": "statewright", "version": __version__, "rules": descriptors}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": {"uri": file_uri(file)}} for file in report.files],
        "results": [
            {
                **_result(result),
                "ruleIndex": places[result.finding.code.id],
                "partialFingerprints": {FINGERPRINT: fingerprint},
            }
            for result, fingerprint in report.fingerprinted()
        ],
    }
    yield json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _descriptors(codes: Iterable[Code]) -> list[dict[str, Any]]:
    """A reportingDescriptor for each rule that has one of the codes, in the order of the codes."""
    wanted = set(codes)
    return [
        {
            "id": rule.code.id,
            "name": rule.slug,
            "shortDescription": {"text": rule.slug.replace("-", " ")},
            "fullDescription": {"text": rule.why},
            "help": {"text": rule.fix or rule.why},
            "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        }
        for rule in rules()
        if rule.code in wanted
    ]


def _result(result: CheckResult) -> dict[str, Any]:
    finding = result.finding
    location = {"uri": file_uri(finding.file)}
    region = {"startLine": finding.position.line, "startColumn": finding.position.column}
    document: dict[str, Any] = {
        "ruleId": finding.code.id,
        "level": _LEVELS[result.severity],
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": {"artifactLocation": location, "region": region}}],
    }
    if result.edit is not None:
        document["fixes"] = [_fix(result.edit, location)]
    if result.suppression is not None:
        document["suppressions"] = [_suppression(result.suppression)]
    return document


def _fix(edit: TextEdit, location: dict[str, str]) -> dict[str, Any]:
    start = edit.position
    region = {
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": edit.end.line,
        "endColumn": edit.end.column,
    }
    replacement = {"deletedRegion": region, "insertedContent": {"text": edit.text}}
    return {"artifactChanges": [{"artifactLocation": location, "replacements": [replacement]}]}


def _suppression(suppression: Suppression) -> dict[str, str]:
    return {"kind": _KINDS[suppression.origin], "justification": suppression.reason}
