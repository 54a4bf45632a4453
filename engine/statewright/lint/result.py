"""A finding as a project sees it: how grave it is there, whether it counts, and how it can be mended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from statewright.diagnostics import Finding, Position, Severity


class Origin(StrEnum):
    """Who says that a finding does not count."""

    COMMENT = "comment"
    CONFIGURATION = "configuration"
    BASELINE = "baseline"


@dataclass(frozen=True, slots=True)
class Suppression:
    """Why a finding does not count."""

    origin: Origin
    reason: str


@dataclass(frozen=True, slots=True)
class TextEdit:
    """Put `text` where `length` characters of one line stand, beginning at `position`.

    `ends_line`: they reach to the next line, so that the break between the two is among them.
    """

    position: Position
    length: int
    text: str
    ends_line: bool = False

    @property
    def end(self) -> Position:
        """The place behind the last of the characters."""
        if self.ends_line:
            return Position(self.position.line + 1, 1)
        return Position(self.position.line, self.position.column + self.length)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """`severity`: the project's, which may differ from the code's. `edit`: the safe fix, if there is one."""

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
