"""Check results of a text, with the findings that count and the reasons of the suppressed ones."""

from __future__ import annotations

from typing import Any

from statewright.lint import check_file
from statewright.lint.configuration import Configuration
from statewright.lint.file_results import file_results
from statewright.lint.result import CheckResult

TRAPPED = """\
# yaml-language-server: $schema=machine.schema.json
machine: door
initial: closed
states:
  closed: {accepts: {Open: open}}
  open: {}
"""  # SW103 on line 6


def results_of(
    text: str | bytes, file: str = "door.machine.yaml", schema: str | None = None, **configured: Any
) -> list[CheckResult]:
    """Check a text under this configuration; `schema` is the path from the file to the machine schema."""
    content = text.encode() if isinstance(text, str) else text
    return file_results(
        content,
        file,
        check_file(content, file),
        configuration=Configuration(**configured),
        schema_of=lambda _file: schema,
    )


def counting(results: list[CheckResult]) -> list[tuple[str, int]]:
    """Return code and line of the results that count."""
    return [(result.finding.code.id, result.finding.position.line) for result in results if result.counts]


def reasons(results: list[CheckResult]) -> list[str]:
    """Return the reasons of the suppressed results."""
    return [result.suppression.reason for result in results if result.suppression is not None]
