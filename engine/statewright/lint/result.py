"""Check results: findings with the project's severity, a suppression and a safe fix."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from statewright.diagnostics import Finding, Position, Severity


class Origin(StrEnum):
    """The source of a suppression."""

    COMMENT = "comment"
    CONFIGURATION = "configuration"
    BASELINE = "baseline"


@dataclass(frozen=True, slots=True)
class Suppression:
    """Why a finding is suppressed."""

    origin: Origin
    reason: str


@dataclass(frozen=True, slots=True)
class TextEdit:
    """Replace `length` characters of one line, starting at `position`, with `text`.

    `ends_line`: the characters include the line break at the end.
    """

    position: Position
    length: int
    text: str
    ends_line: bool = False

    @property
    def end(self) -> Position:
        """The position after the last replaced character."""
        if self.ends_line:
            return Position(self.position.line + 1, 1)
        return Position(self.position.line, self.position.column + self.length)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A finding and how the project treats it.

    `severity`: as configured by the project. `edit`: the safe fix, if there is one.
    """

    finding: Finding
    severity: Severity
    suppression: Suppression | None = None
    edit: TextEdit | None = None

    @property
    def counts(self) -> bool:
        return self.suppression is None

    @property
    def fails(self) -> bool:
        """Whether it makes `check` fail."""
        return self.counts and self.severity is not Severity.INFO
