"""GitLab's code quality report: the part of the Code Climate format that GitLab reads."""

from __future__ import annotations

import json
from collections.abc import Iterator

from statewright.diagnostics import Severity
from statewright.lint.paths import posix_path
from statewright.lint.reports.report import CheckReport

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.INFO: "info"}


def gitlab_document(report: CheckReport) -> Iterator[str]:
    """The findings that count. GitLab compares the fingerprints of two branches to say what is new."""
    entries = [
        {
            "check_name": result.finding.code.id,
            "description": result.finding.message,
            "severity": _SEVERITIES[result.severity],
            "fingerprint": fingerprint,
            "location": {
                "path": posix_path(result.finding.file),
                "lines": {"begin": result.finding.position.line},
            },
        }
        for result, fingerprint in report.fingerprinted()
        if result.counts
    ]
    yield json.dumps(entries, ensure_ascii=False, indent=2)
