"""How a value breaks its schema, and the words for it.

A reason names the place and the expectation, never the value, since it ends up in logs.
"""

from __future__ import annotations

from enum import StrEnum

from statewright.diagnostics import hint, nearest
from statewright.errors import StatewrightError
from statewright.language.source.text import DocumentPath
from statewright.language.wording import quoted

UNDECLARED = "*"  # in a path: a key of an open mapping, which is the sender's data


class Violation(StrEnum):
    """How a value breaks its schema."""

    MISSING = "missing"
    UNKNOWN_FIELD = "unknown field"
    TYPE = "type"
    CONSTRAINT = "constraint"
    LIMIT = "limit"  # larger, deeper or more exact than any schema may ask for


class PayloadError(StatewrightError):
    """A value does not fit its schema. `path`: from the payload to the value, () for the payload itself.

    The message starts with the path as `path_text` writes it.
    """

    def __init__(self, path: DocumentPath, violation: Violation, reason: str) -> None:
        self.path = path
        self.violation = violation
        self.reason = reason
        super().__init__(f"{path_text(path)}: {reason}" if path else reason)


def path_text(path: DocumentPath) -> str:
    """
    >>> path_text(("lines", 0, "sku"))
    'lines[0].sku'
    """
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def unknown_field(name: str, known: list[str]) -> str:
    """What to say about a field that nobody declared. Its name is the sender's: only a near miss is shown."""
    if nearest(name, known) is None:
        return f"unknown field{hint('', known)}"
    return f"unknown field {quoted(name)}{hint(name, known)}"
