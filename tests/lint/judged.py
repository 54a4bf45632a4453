"""What the gate makes of a file's text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from statewright.lint import check_file
from statewright.lint.configuration import Configuration
from statewright.lint.judging import judge
from statewright.lint.result import Result

TRAPPED = """\
# yaml-language-server: $schema=machine.schema.json
machine: door
initial: closed
states:
  closed: {accepts: {Open: open}}
  open: {}
"""  # SW103 on line 6


def judged(text: str | bytes, file: str = "door.machine.yaml", **configured: Any) -> list[Result]:
    """The results for a text, in a project with this configuration."""
    content = text.encode() if isinstance(text, str) else text
    configuration = Configuration(Path.cwd(), **configured)
    return judge(content, file, check_file(content, file), configuration=configuration)


def counting(results: list[Result]) -> list[tuple[str, int]]:
    """Code and line of those that count."""
    return [(result.finding.code.id, result.finding.position.line) for result in results if result.counts]


def reasons(results: list[Result]) -> list[str]:
    """Why the others do not."""
    return [result.suppression.reason for result in results if result.suppression is not None]
