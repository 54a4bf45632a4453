"""The JSON reports: one document, or one object per line."""

from __future__ import annotations

import json

from statewright.lint.reports.json_text import json_document, json_lines
from tests.lint.reports.sample import FILE, SAMPLE, parsed, report


def test_the_document_counts_files_and_severities() -> None:
    """Suppressed findings are not counted."""
    document = parsed(json_document)
    assert document["files"] == 2
    assert document["counts"] == {"error": 1, "warning": 1, "info": 1}
    assert [finding["code"] for finding in document["findings"]] == ["SW101", "SW003", "SW702"]


def test_suppressed_findings_are_listed_with_their_reason() -> None:
    """The source of the suppression is listed, too."""
    found = parsed(json_document)["suppressed"]
    assert [(item["code"], item["by"], item["reason"]) for item in found] == [
        ("SW103", "comment", "an open door stays open"),
        ("SW111", "baseline", "known since known.json"),
    ]


def test_jsonl_has_one_finding_per_line() -> None:
    """A finding with a safe fix includes it."""
    lines = [json.loads(line) for line in json_lines(SAMPLE)]
    assert lines[1] == {
        "file": FILE,
        "line": 5,
        "column": 3,
        "code": "SW003",
        "severity": "warning",
        "message": '"SW003" is wrong',
        "fix": {"line": 5, "column": 3, "length": 2, "text": '"on"'},
    }


def test_without_findings_there_is_still_a_document() -> None:
    """Readers do not need a special case."""
    assert parsed(json_document, report())["findings"] == []
