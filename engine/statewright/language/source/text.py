"""The text of one file, before and while it is parsed: its lines, its places, its limits.

What the YAML and the JSON reader have in common, and nothing about either syntax. They turn a `Source`
into a `Tree`; `statewright.language.source.document` makes a `Document` of that.
"""

from __future__ import annotations

import bisect
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from statewright.diagnostics import Code, Finding, Position
from statewright.errors import DefinitionError

BYTES_MAX = 256 * 1024
DEPTH_MAX = 64
NODES_MAX = 20_000
FINDINGS_MAX = 200  # of one check; the search for nearest names costs time
INTEGER_MIN, INTEGER_MAX = -(2**63), 2**63 - 1

_INTEGER_DIGITS_MAX = 22  # those of 2**64 in base 8, the longest notation
_SHOWN_LINE_MAX = 500  # a longer line would bury its own caret
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_JSON_START = re.compile(r'\s*\{\s*"')

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """`starts`: the index in `text` at which each of `lines` begins."""

    file: str
    text: str
    lines: tuple[str, ...]
    starts: tuple[int, ...]

    @property
    def is_json(self) -> bool:
        """As the file's name says; where it says nothing, as on standard input, by the look of the text."""
        name = self.file.lower()
        if name.endswith((".json", ".yaml", ".yml")):
            return name.endswith(".json")
        return _JSON_START.match(self.text) is not None

    def position_at(self, index: int) -> Position:
        """The place of the character at `index`, which may be the end of the text."""
        line = bisect.bisect_right(self.starts, index)
        return Position(line, index - self.starts[line - 1] + 1)

    def finding(self, code: Code, position: Position, message: str) -> Finding:
        """A finding with its source line, unless that line is too long to show."""
        line = self.lines[position.line - 1] if position.line <= len(self.lines) else ""
        return Finding(self.file, position, code, message, line if len(line) <= _SHOWN_LINE_MAX else "")


@dataclass(frozen=True, slots=True)
class Tree:
    """Plain data, with the place of every value and of every key of a mapping, by path.

    `findings`: what the file must not hold and the data do not depend on, so that other checks can go on.
    """

    value: Any
    values_at: Mapping[Path, Position]
    keys_at: Mapping[Path, Position]
    findings: tuple[Finding, ...] = ()


def decode(content: bytes, file: str) -> Source:
    """The source of a file's bytes; raises DefinitionError where it is too large or not UTF-8.

    A byte order mark is skipped: some editors on Windows write one.
    """
    if len(content) > BYTES_MAX:
        message = f"the file has more than {BYTES_MAX} bytes"
        raise DefinitionError([Finding(file, Position(1, 1), Code.LIMIT, message)])
    try:
        return _split(content.decode("utf-8-sig"), file)
    except UnicodeDecodeError as error:
        before = _split(error.object[: error.start].decode("utf-8"), file)
        message = f"byte 0x{error.object[error.start]:02x} is not UTF-8"
        position = before.position_at(len(before.text))
        raise DefinitionError([Finding(file, position, Code.SYNTAX, message)]) from error


def integer(text: str, base: int = 10) -> int | None:
    """The value of an integer literal; None beyond 64 bits, at no cost however long the text is."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text.removeprefix("+"))
    digits = digits.lstrip("0") or "0"
    if len(digits) > _INTEGER_DIGITS_MAX:
        return None
    value = int(sign + digits, base)
    return value if INTEGER_MIN <= value <= INTEGER_MAX else None


def double(text: str) -> float | None:
    """The value of a literal with a fraction or an exponent; None where it overflows."""
    value = float(text)
    return value if math.isfinite(value) else None


def has_lone_surrogate(text: str) -> bool:
    """Whether an escape left half a character, which no UTF-8 can carry."""
    return not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text)


def _split(text: str, file: str) -> Source:
    breaks = list(_LINE_BREAK.finditer(text))
    starts = (0, *(found.end() for found in breaks))
    ends = (*(found.start() for found in breaks), len(text))
    lines = tuple(text[start:end] for start, end in zip(starts, ends, strict=True))
    return Source(file, text, lines, starts)
