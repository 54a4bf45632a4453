"""The text of a file: its lines, positions and limits, independent of the syntax."""

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
FINDINGS_MAX = 200  # per check; suggesting similar names takes time

_SHOWN_LINE_MAX = 500  # in longer lines the caret would be hard to find
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_JSON_START = re.compile(r'\s*\{\s*"')


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a file. `starts`: the index in `text` of the start of each line."""

    file: str
    text: str
    lines: tuple[str, ...]
    starts: tuple[int, ...]

    @property
    def is_json(self) -> bool:
        """Whether the file is JSON, by its extension or else, as for standard input, by its content."""
        name = self.file.lower()
        if name.endswith((".json", ".yaml", ".yml")):
            return name.endswith(".json")
        return _JSON_START.match(self.text) is not None

    def position_at(self, index: int) -> Position:
        """The position of the character at `index`, which may be the end of the text."""
        line = bisect.bisect_right(self.starts, index)
        return Position(line, index - self.starts[line - 1] + 1)

    def finding(self, code: Code, position: Position, message: str) -> Finding:
        """Return a finding with its source line, unless the line is too long to show."""
        line = self.lines[position.line - 1] if position.line <= len(self.lines) else ""
        return Finding(self.file, position, code, message, line if len(line) <= _SHOWN_LINE_MAX else "")


@dataclass(frozen=True, slots=True)
class Tree:
    """Plain data with the positions of all values and mapping keys, by path.

    `findings`: errors that lost no data, so that other checks can continue.
    `plain_at`: the text of each unquoted key and value of a YAML file, by position.
    """

    value: Any
    values_at: Mapping[DocumentPath, Position]
    keys_at: Mapping[DocumentPath, Position]
    findings: tuple[Finding, ...] = ()
    plain_at: Mapping[Position, str] = field(default_factory=dict)


def decode(content: bytes, file: str) -> Source:
    """Decode the bytes of a file. Raises DefinitionError if it is too large or not UTF-8.

    Skips a byte order mark, which some editors on Windows write.
    """
    if len(content) > BYTES_MAX:
        message = f"the file has more than {BYTES_MAX:,} bytes"
        raise DefinitionError([Finding(file, Position(1, 1), Code.LIMIT, message)])
    try:
        return _split(content.decode("utf-8-sig"), file)
    except UnicodeDecodeError as error:
        before = _split(error.object[: error.start].decode("utf-8"), file)
        message = f"byte 0x{error.object[error.start]:02x} is not valid UTF-8"
        position = before.position_at(len(before.text))
        raise DefinitionError([Finding(file, position, Code.SYNTAX, message)]) from error


def excess(depth: int, count: int) -> str:
    """The message for a depth, or a number of values and keys, beyond the limit; "" if within it."""
    if depth > DEPTH_MAX:
        return f"nested deeper than {DEPTH_MAX} levels"
    return f"more than {NODES_MAX:,} values and keys" if count > NODES_MAX else ""


def repeated_key(key: str, first: Position) -> str:
    """The message for the second of two equal keys."""
    return f"duplicate key {quoted(key)}; first used at line {first.line}, column {first.column}"


def _split(text: str, file: str) -> Source:
    breaks = list(_LINE_BREAK.finditer(text))
    starts = (0, *(found.end() for found in breaks))
    ends = (*(found.start() for found in breaks), len(text))
    lines = tuple(text[start:end] for start, end in zip(starts, ends, strict=True))
    return Source(file, text, lines, starts)
