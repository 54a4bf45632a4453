"""The check results of a text, and what of them counts."""

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
    """In a project with this configuration, and with this path from the file to the machine schema."""
    content = text.encode() if isinstance(text, str) else text
    return file_results(
        content,
        file,
        check_file(content, file),
        configuration=Configuration(**configured),
        schema_of=lambda _file: schema,
    )


def counting(results: list[CheckResult]) -> list[tuple[str, int]]:
    """Code and line of those that count."""
    return [(result.finding.code.id, result.finding.position.line) for result in results if result.counts]


def reasons(results: list[CheckResult]) -> list[str]:
    """Why the others do not."""
    return [result.suppression.reason for result in results if result.suppression is not None]
