"""Findings: what is said about an author's file, and how it is printed.

A finding is a value: checks collect all of them, the caller sorts and shows them at once. Codes are
stable, never reused, and are the key for suppression and documentation. Nothing here reads files.
"""

from __future__ import annotations

import bisect
import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from unicodedata import combining, east_asian_width

_GUESSED_LENGTH_MAX = 64
_SIMILARITY_MIN = 0.6  # so of two similar names the shorter has at least 3/7 of the longer one's length
_NEIGHBOURS = 6  # on each side


class Severity(StrEnum):
    """An error is refused everywhere; a warning fails `check` only; info fails nothing."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Code(Enum):
    """Every code, with the severity of its findings."""

    SYNTAX = ("SW001", Severity.ERROR)
    DUPLICATE_KEY = ("SW002", Severity.ERROR)
    YAML_FEATURE = ("SW004", Severity.ERROR)
    SHAPE = ("SW005", Severity.ERROR)
    UNKNOWN_KEY = ("SW006", Severity.ERROR)
    LIMIT = ("SW008", Severity.ERROR)
    UNKNOWN_STATE = ("SW101", Severity.ERROR)
    UNREACHABLE_STATE = ("SW102", Severity.WARNING)
    DEAD_END = ("SW103", Severity.WARNING)
    FINAL_STATE = ("SW105", Severity.ERROR)
    INITIAL = ("SW106", Severity.ERROR)
    DUPLICATE_BRANCH = ("SW107", Severity.ERROR)
    UNREACHABLE_BRANCH = ("SW109", Severity.ERROR)
    SHADOWED_NAME = ("SW110", Severity.WARNING)
    CASE_CLASH = ("SW111", Severity.WARNING)
    REPLAY_RULE = ("SW203", Severity.ERROR)
    UNKNOWN_EVENT = ("SW208", Severity.ERROR)
    UNKNOWN_FIELD = ("SW209", Severity.ERROR)
    RENAME = ("SW210", Severity.ERROR)
    UNKNOWN_COMMAND = ("SW301", Severity.ERROR)
    EXPRESSION_SYNTAX = ("SW302", Severity.ERROR)
    EXPRESSION_TYPE = ("SW303", Severity.ERROR)
    RESERVED_CODE = ("SW306", Severity.ERROR)
    FIELD_SOURCE = ("SW309", Severity.ERROR)
    TIMEOUT = ("SW310", Severity.ERROR)
    BRANCH_KEYS = ("SW311", Severity.ERROR)
    PAYLOAD_SCHEMA = ("SW401", Severity.ERROR)
    DEFAULT = ("SW402", Severity.ERROR)
    INVARIANT = ("SW407", Severity.ERROR)
    NAMING = ("SW702", Severity.INFO)

    def __init__(self, id: str, severity: Severity) -> None:
        self.id = id
        self.severity = severity


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a text; both count from 1, columns count characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing said about one place of one file.

    `message` is lower case, has no full stop, quotes the author's own value and lists what was expected.
    `source_line` is the text of the line, for the caret; empty when there is none to show.
    """

    file: str
    position: Position
    code: Code
    message: str
    source_line: str = ""

    @property
    def severity(self) -> Severity:
        return self.code.severity

    def headline(self) -> str:
        """The finding as `file:line:col: message [code]`."""
        return f"{self.file}:{self.position.line}:{self.position.column}: {self.message} [{self.code.id}]"

    def render(self) -> str:
        """The headline, then the source line with a caret under the column."""
        if not self.source_line.strip():
            return self.headline()
        line = self.source_line.rstrip()
        indent = "".join(map(_blank, line[: self.position.column - 1]))
        return f"{self.headline()}\n  | {line}\n  | {indent}^"


def _blank(character: str) -> str:
    """White space as wide as the character is on a terminal."""
    if character == "\t":
        return character
    return "" if combining(character) else "  " if east_asian_width(character) in "WF" else " "


def sort_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Without repetitions, by file, place, code and message: the same input gives the same list."""
    return sorted(set(findings), key=lambda f: (f.file, f.position, f.code.id, f.message))


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` was most likely meant to be, or None when none is near.

    Costs about a millisecond for thousands of names: only those that begin or end most like it are compared.
    Nothing is near to a name of more than 64 characters.

    >>> nearest("OrderPalced", ["OrderPlaced", "OrderPaid"])
    'OrderPlaced'
    """
    if len(name) > _GUESSED_LENGTH_MAX:
        return None
    lengths = range(-(-3 * len(name) // 7), min(7 * len(name) // 3, _GUESSED_LENGTH_MAX) + 1)
    candidates = sorted((candidate for candidate in known if len(candidate) in lengths), reverse=True)
    folded = {candidate.casefold(): candidate for candidate in candidates}
    wanted = name.casefold()
    if wanted in folded:
        return folded[wanted]
    matches = difflib.get_close_matches(wanted, _most_alike(wanted, folded), n=1, cutoff=_SIMILARITY_MIN)
    return folded[matches[0]] if matches else None


def hint(name: str, known: Sequence[str]) -> str:
    """The end of a message about an unknown name: the nearest one, else a short list of what exists."""
    guess = nearest(name, known)
    if guess is not None:
        return f', did you mean "{guess}"?'
    if not known:
        return ""
    shown = ", ".join(f'"{candidate}"' for candidate in sorted(known)[:8])
    return f", expected one of {shown}" + (", …" if len(known) > 8 else "")


def _most_alike(name: str, candidates: Iterable[str]) -> set[str]:
    """Those beside `name` when all are sorted, forwards or backwards: a slip leaves one end as it was."""
    forwards = sorted(candidates)
    backwards = sorted(candidate[::-1] for candidate in forwards)
    return {
        *_neighbours(name, forwards),
        *(candidate[::-1] for candidate in _neighbours(name[::-1], backwards)),
    }


def _neighbours(name: str, candidates: Sequence[str]) -> Sequence[str]:
    place = bisect.bisect(candidates, name)
    return candidates[max(0, place - _NEIGHBOURS) : place + _NEIGHBOURS]
