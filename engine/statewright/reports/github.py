"""Annotations in GitHub Actions: one workflow command per problem, which the runner reads from the output.

Source: GitHub's reference of workflow commands, and the escaping in GitHub's toolkit (`command.ts`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from statewright.diagnostics import Severity
from statewright.escaping import printable
from statewright.reports.paths import posix_path
from statewright.reports.problem import Problem

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def github_commands(problems: Iterable[Problem]) -> Iterator[str]:
    """One line per problem that is not suppressed, with the message and the details."""
    for problem in problems:
        if problem.suppressed:
            continue
        properties = {
            "file": posix_path(problem.file),
            "line": str(problem.line),
            "col": str(problem.column),
            "title": problem.rule,
        }
        listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
        message = "%0A".join(map(_data, (problem.message, *problem.details)))
        yield f"::{_COMMANDS[problem.severity]} {listed}::{message}"


def _data(text: str) -> str:
    """Escapes line breaks first, so that text from a file cannot start a workflow command."""
    return printable(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
