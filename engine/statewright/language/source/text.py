"""The text of one file, before and while it is parsed: its lines, its places, its limits.

What YAML and JSON have in common, and nothing about either syntax.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from statewright.diagnostics import Code, Finding, Position
from statewright.errors import DefinitionError
from statewright.language.wording import quoted
from statewright.strict_json import DEPTH_MAX as DEPTH_MAX
from statewright.strict_json import DocumentPath as DocumentPath

BYTES_MAX = 256 * 1024
NODES_MAX = 20_000
FINDINGS_MAX = 200  # of one check; the search for nearest names costs time

_SHOWN_LINE_MAX = 500  # a longer line would bury its own caret
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_JSON_START = re.compile(r'\s*\{\s*"')


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
    `plain_at`: the text of each key and value of a YAML file that has no quotes, by its place.
    """

    value: Any
    values_at: Mapping[DocumentPath, Position]
    keys_at: Mapping[DocumentPath, Position]
    findings: tuple[Finding, ...] = ()
    plain_at: Mapping[Position, str] = field(default_factory=dict)


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
        message = f"byte 0x{error.object[error.start]:02x} is not valid UTF-8"
        position = before.position_at(len(before.text))
        raise DefinitionError([Finding(file, position, Code.SYNTAX, message)]) from error


def excess(depth: int, count: int) -> str:
    """Which limit of a text this depth, or this count of values and keys, exceeds; "" for none."""
    if depth > DEPTH_MAX:
        return f"nested deeper than {DEPTH_MAX} levels"
    return f"more than {NODES_MAX} values and keys" if count > NODES_MAX else ""


def repeated_key(key: str, first: Position) -> str:
    """What to say about the second of two equal keys."""
    return f"duplicate key {quoted(key)}; first used at line {first.line}, column {first.column}"


def _split(text: str, file: str) -> Source:
    breaks = list(_LINE_BREAK.finditer(text))
    starts = (0, *(found.end() for found in breaks))
    ends = (*(found.start() for found in breaks), len(text))
    lines = tuple(text[start:end] for start, end in zip(starts, ends, strict=True))
    return Source(file, text, lines, starts)
