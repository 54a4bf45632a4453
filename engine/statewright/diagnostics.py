"""Findings about a file, and how they are printed.

Findings are values: checks collect them, and the caller sorts and shows all of them. Codes are stable and
never reused; suppressions and documentation refer to them.
"""

from __future__ import annotations

import bisect
import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum

from statewright.escaping import printable, terminal_columns

_GUESSED_LENGTH_MAX = 64
_SIMILARITY_MIN = 0.6  # implies that the shorter of two names has at least 3/7 of the other's length
_NEIGHBOURS = 6  # on each side
_TAB = "\t"


class Severity(StrEnum):
    """Definitions with errors are rejected everywhere; warnings fail only `check`; infos fail nothing."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Code(Enum):
    """All finding codes with their severities."""

    SYNTAX = ("SW001", Severity.ERROR)
    DUPLICATE_KEY = ("SW002", Severity.ERROR)
    YAML_1_1 = ("SW003", Severity.WARNING)
    YAML_FEATURE = ("SW004", Severity.ERROR)
    SHAPE = ("SW005", Severity.ERROR)
    UNKNOWN_KEY = ("SW006", Severity.ERROR)
    UNUSED_IGNORE = ("SW007", Severity.WARNING)
    LIMIT = ("SW008", Severity.ERROR)
    MACHINE_TWICE = ("SW009", Severity.ERROR)
    UNKNOWN_STATE = ("SW101", Severity.ERROR)
    UNREACHABLE_STATE = ("SW102", Severity.WARNING)
    DEAD_END = ("SW103", Severity.WARNING)
    NO_WAY_TO_AN_END = ("SW104", Severity.WARNING)
    FINAL_STATE = ("SW105", Severity.ERROR)
    INITIAL = ("SW106", Severity.ERROR)
    DUPLICATE_BRANCH = ("SW107", Severity.ERROR)
    UNREACHABLE_BRANCH = ("SW109", Severity.ERROR)
    SHADOWED_NAME = ("SW110", Severity.WARNING)
    CASE_CLASH = ("SW111", Severity.WARNING)
    INITIAL_IS_FINAL = ("SW112", Severity.WARNING)
    TRAP_STATE = ("SW113", Severity.INFO)
    EVENT_NOT_APPLIED = ("SW201", Severity.INFO)
    EVENT_NEVER_EMITTED = ("SW202", Severity.WARNING)
    REPLAY_RULE = ("SW203", Severity.ERROR)
    LOST_SETTER = ("SW206", Severity.WARNING)
    EVENT_AFTER_THE_END = ("SW207", Severity.WARNING)
    UNKNOWN_EVENT = ("SW208", Severity.ERROR)
    UNKNOWN_FIELD = ("SW209", Severity.ERROR)
    RENAME = ("SW210", Severity.ERROR)
    RETIRED_MOVE_STILL_MADE = ("SW211", Severity.WARNING)
    UNKNOWN_COMMAND = ("SW301", Severity.ERROR)
    EXPRESSION_SYNTAX = ("SW302", Severity.ERROR)
    EXPRESSION_TYPE = ("SW303", Severity.ERROR)
    GUARD_NEVER_HOLDS = ("SW304", Severity.WARNING)
    GUARD_GAP = ("SW305", Severity.WARNING)
    RESERVED_CODE = ("SW306", Severity.ERROR)
    COMMAND_WITHOUT_EFFECT = ("SW307", Severity.WARNING)
    FIELD_SOURCE = ("SW309", Severity.ERROR)
    TIMEOUT = ("SW310", Severity.ERROR)
    BRANCH_KEYS = ("SW311", Severity.ERROR)
    COMMAND_NOT_ACCEPTED = ("SW312", Severity.WARNING)
    GUARD_ALWAYS_HOLDS = ("SW313", Severity.WARNING)
    SHADOWED_BRANCH = ("SW314", Severity.WARNING)
    REFUSAL_WITH_TWO_MEANINGS = ("SW315", Severity.INFO)
    ROLES_APART = ("SW316", Severity.WARNING)
    TIMEOUT_WITHOUT_EFFECT = ("SW317", Severity.WARNING)
    MISSPELT_ROLE = ("SW318", Severity.INFO)
    GUARD_GAP_IN_DATA = ("SW319", Severity.INFO)
    CONSTANT_OUTSIDE_SCHEMA = ("SW320", Severity.ERROR)
    SOURCE_NEVER_FITS = ("SW321", Severity.WARNING)
    NO_SUCH_STATE = ("SW325", Severity.WARNING)
    RESERVED_WORD_CODE = ("SW330", Severity.WARNING)
    PAYLOAD_SCHEMA = ("SW401", Severity.ERROR)
    DEFAULT = ("SW402", Severity.ERROR)
    UNBOUNDED_PAYLOAD = ("SW403", Severity.INFO)
    OPEN_PAYLOAD = ("SW404", Severity.INFO)
    FLOATING_MONEY = ("SW405", Severity.WARNING)
    UNMARKED_PERSONAL_DATA = ("SW406", Severity.INFO)
    INVARIANT = ("SW407", Severity.ERROR)
    INVARIANT_ALWAYS_HOLDS = ("SW408", Severity.INFO)
    DATA_UNUSED = ("SW409", Severity.WARNING)
    DATA_NEVER_SET = ("SW410", Severity.INFO)
    COMMAND_FIELD_UNUSED = ("SW412", Severity.WARNING)
    TYPE_UNUSED = ("SW414", Severity.WARNING)
    SETTER_WITHOUT_EFFECT = ("SW415", Severity.WARNING)
    UPCAST = ("SW501", Severity.ERROR)
    COMMIT_TOO_LARGE = ("SW601", Severity.WARNING)
    NO_MODELINE = ("SW701", Severity.INFO)
    NAMING = ("SW702", Severity.INFO)
    UNDOCUMENTED = ("SW703", Severity.INFO)
    UNPORTABLE_NAME = ("SW704", Severity.INFO)
    EVENT_IN_THE_IMPERATIVE = ("SW705", Severity.INFO)
    COMMAND_IN_THE_PAST = ("SW706", Severity.INFO)

    def __init__(self, id: str, severity: Severity) -> None:
        self.id = id
        self.severity = severity


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A position in a text. Lines and columns count from 1; columns count characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding about a position in a file.

    `message`: lower case, no full stop; quotes the author's value and states the fix.
    `source_line`: the text of the line for the excerpt, or empty.
    `path`: of the value or key, or None if there is no data at the position.
    `about`: the names or the text that distinguish it from other findings of its code at the same path.
    """

    file: str
    position: Position
    code: Code
    message: str
    source_line: str = ""
    path: tuple[str | int, ...] | None = field(default=None, compare=False, repr=False)
    about: tuple[str, ...] = field(default=(), compare=False, repr=False)

    @property
    def severity(self) -> Severity:
        return self.code.severity

    def headline(self) -> str:
        """The finding as `file:line:col: message [code]`, on one line."""
        place = f"{self.file}:{self.position.line}:{self.position.column}"
        return printable(f"{place}: {self.message} [{self.code.id}]")

    def excerpt(self) -> tuple[str, ...]:
        """The source line with a caret under the column; empty if there is no line to show."""
        if not self.source_line.strip():
            return ()
        line = self.source_line.rstrip()
        indent = "".join(map(_blank, printable(line[: self.position.column - 1], keep=_TAB)))
        return (f"  | {printable(line, keep=_TAB)}", f"  | {indent}^")

    def render(self) -> str:
        """The headline, then the excerpt."""
        return "\n".join((self.headline(), *self.excerpt()))


def _blank(character: str) -> str:
    """White space of the character's width on a terminal."""
    return character if character == _TAB else " " * terminal_columns(character)


def sort_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Remove duplicates and sort by file, position, code and message."""
    return sorted(set(findings), key=lambda f: (f.file, f.position, f.code.id, f.message))


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most similar to `name`, or None if none is similar enough.

    Takes about a millisecond for thousands of names, because only those with the most similar beginnings and
    endings are compared. Names of more than 64 characters get no suggestion.

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
    """The end of a message about an unknown name: suggest the most similar one, or else list known names."""
    guess = nearest(name, known)
    if guess is not None:
        return f'; did you mean "{guess}"?'
    if not known:
        return ""
    shown = ", ".join(f'"{candidate}"' for candidate in sorted(known)[:8])
    if len(known) == 1:
        return f"; expected {shown}"
    return f"; expected one of {shown}" + (", …" if len(known) > 8 else "")


def _most_alike(name: str, candidates: Iterable[str]) -> set[str]:
    """The neighbours of `name` in forward and backward sort order: a typo leaves one end of a name intact."""
    forwards = sorted(candidates)
    backwards = sorted(candidate[::-1] for candidate in forwards)
    return {
        *_neighbours(name, forwards),
        *(candidate[::-1] for candidate in _neighbours(name[::-1], backwards)),
    }


def _neighbours(name: str, candidates: Sequence[str]) -> Sequence[str]:
    place = bisect.bisect(candidates, name)
    return candidates[max(0, place - _NEIGHBOURS) : place + _NEIGHBOURS]
