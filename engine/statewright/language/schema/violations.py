"""Violations of schemas and their wording.

Reasons are logged, so they name the place and the expectation but never quote the value.
"""

from __future__ import annotations

from enum import StrEnum

from statewright.diagnostics import hint, nearest
from statewright.errors import StatewrightError
from statewright.language.source.text import DocumentPath
from statewright.language.wording import quoted

UNDECLARED = "*"  # replaces the keys of open mappings in paths, because they are the sender's data


class Violation(StrEnum):
    """The kinds of schema violations."""

    MISSING = "missing"
    UNKNOWN_FIELD = "unknown field"
    TYPE = "type"
    CONSTRAINT = "constraint"
    LIMIT = "limit"  # larger, deeper or more precise than any schema allows


class PayloadError(StatewrightError):
    """A value does not fit its schema. `path`: from the payload to the value; () is the payload itself.

    The message starts with the path as formatted by `path_text`.
    """

    def __init__(self, path: DocumentPath, violation: Violation, reason: str) -> None:
        self.path = path
        self.violation = violation
        self.reason = reason
        super().__init__(f"{path_text(path)}: {reason}" if path else reason)


def path_text(path: DocumentPath) -> str:
    """Format a path.

    >>> path_text(("lines", 0, "sku"))
    'lines[0].sku'
    """
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def unknown_field(name: str, known: list[str]) -> str:
    """The message for an undeclared field. Names come from the sender, so only near misses are quoted."""
    if nearest(name, known) is None:
        return f"unknown field{hint('', known)}"
    return f"unknown field {quoted(name)}{hint(name, known)}"
