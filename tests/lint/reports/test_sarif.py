"""SARIF 2.1.0, validated against its schema."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft4Validator

from statewright.diagnostics import Code
from statewright.lint.reports.report import CheckReport
from statewright.lint.reports.sarif import check_sarif
from tests.lint.reports.sample import SAMPLE, parsed, report, result


def run_of(report: CheckReport = SAMPLE) -> Any:
    """Return the only run in the document."""
    [run] = parsed(check_sarif, report)["runs"]
    return run


def faults(document: Any, schema: Any) -> list[str]:
    """Return the violations of the schema."""
    return [error.message for error in Draft4Validator(schema).iter_errors(document)]


@pytest.mark.parametrize("report", [SAMPLE, report()], ids=["findings", "none"])
def test_a_document_is_valid(report: CheckReport, sarif_schema: Any) -> None:
    """A report without findings is valid, too."""
    assert faults(parsed(check_sarif, report), sarif_schema) == []


def test_every_rule_is_valid(sarif_schema: Any) -> None:
    """The document includes the texts from the registry."""
    every = report(*map(result, Code))
    assert faults(parsed(check_sarif, every), sarif_schema) == []
    assert {rule["id"] for rule in run_of(every)["tool"]["driver"]["rules"]} == {code.id for code in Code}


def test_a_result_refers_to_its_rule_by_index() -> None:
    """Viewers use the index."""
    run = run_of()
    for found in run["results"]:
        assert run["tool"]["driver"]["rules"][found["ruleIndex"]]["id"] == found["ruleId"]


def test_suppressed_findings_carry_their_reason() -> None:
    """Viewers hide them but can show the reason."""
    found = [item for result in run_of()["results"] for item in result.get("suppressions", ())]
    assert found == [
        {"kind": "inSource", "justification": "an open door stays open"},
        {"kind": "external", "justification": "known since known.json"},
    ]


def test_a_safe_fix_is_part_of_the_result() -> None:
    """It is a replacement for a region that ends after its last character."""
    [fix] = [fix for found in run_of()["results"] for fix in found.get("fixes", ())]
    [replacement] = fix["artifactChanges"][0]["replacements"]
    assert replacement == {
        "deletedRegion": {"startLine": 5, "startColumn": 3, "endLine": 5, "endColumn": 5},
        "insertedContent": {"text": '"on"'},
    }


def test_levels_follow_the_severities() -> None:
    """An info is a note in SARIF."""
    assert [found["level"] for found in run_of()["results"]] == [
        "error",
        "warning",
        "warning",
        "warning",
        "note",
    ]
