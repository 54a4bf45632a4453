"""Annotations in GitHub Actions: a workflow command per finding, which the runner takes from the output.

Source: GitHub's reference of workflow commands, and the escaping of its own toolkit (`command.ts`).
"""

from __future__ import annotations

from collections.abc import Iterator

from statewright.diagnostics import Severity
from statewright.lint.paths import posix_path
from statewright.lint.reports.report import CheckReport

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def github_commands(report: CheckReport) -> Iterator[str]:
    """The findings that count."""
    for result in report.counting():
        finding = result.finding
        properties = {
            "file": posix_path(finding.file),
            "line": str(finding.position.line),
            "col": str(finding.position.column),
            "title": finding.code.id,
        }
        listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
        yield f"::{_COMMANDS[result.severity]} {listed}::{_data(finding.message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
