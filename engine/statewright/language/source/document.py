"""A file as plain data with the positions of all keys and values.

Rejects hostile and ambiguous input in both syntaxes. Does not depend on the state machine language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from statewright.diagnostics import Code, Finding, Position
from statewright.errors import DefinitionError
from statewright.language.source.json_text import parse_json
from statewright.language.source.text import DocumentPath, Source, decode
from statewright.language.source.yaml_text import parse_yaml
from statewright.language.wording import described

__all__ = ["Document", "DocumentPath", "load_document"]

_WORD = re.compile(r"[\w.]+")


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file. `value` consists of dict, list, str, int, float, bool and None, in both syntaxes.

    `values_at` and `keys_at`: the positions of values and of mapping keys, by path.
    `findings`: errors that lost no data, such as a duplicate key. Callers must report them.
    `plain_at`: as in `Tree`.
    """

    source: Source
    value: dict[str, Any]
    values_at: Mapping[DocumentPath, Position]
    keys_at: Mapping[DocumentPath, Position]
    findings: tuple[Finding, ...] = field(default=(), compare=False)
    plain_at: Mapping[Position, str] = field(default_factory=dict, compare=False)

    @property
    def file(self) -> str:
        return self.source.file

    @property
    def lines(self) -> tuple[str, ...]:
        return self.source.lines

    def at(self, path: DocumentPath) -> Any:
        """The value at `path`, or None if it does not exist."""
        value: Any = self.value
        for step in path:
            match value:
                case dict() if step in value:
                    value = value[step]
                case list() if isinstance(step, int) and step < len(value):
                    value = value[step]
                case _:
                    return None
        return value

    def position(self, path: DocumentPath) -> Position:
        """The position of the value at `path`, or of the nearest enclosing value."""
        return _nearest(self.values_at, path) or Position(1, 1)

    def key_position(self, path: DocumentPath) -> Position:
        """The position of the key at `path`, or of the nearest enclosing key."""
        return _nearest(self.keys_at, path) or Position(1, 1)

    def finding(
        self,
        code: Code,
        path: DocumentPath,
        message: str,
        *,
        key: bool = False,
        offset: int | None = None,
        about: tuple[str, ...] = (),
    ) -> Finding:
        """Return a finding for the value at `path`, or for its key.

        `about`: as in `Finding`; default: the word at `offset`, or the value if it is a scalar.
        `offset`: the offending character of a string, counted from 0. The position is exact if the file
        contains the string literally up to that character; for escaped or folded text it is the start of the
        string.
        """
        position = self.key_position(path) if key else self.position(path)
        if offset is not None:
            position = self._inside(position, str(self.at(path)), offset)
        about = about or self._about(path, key=key, offset=offset)
        return replace(self.source.finding(code, position, message), path=path, about=about)

    def cut_by(self, path: DocumentPath) -> str:
        """The comma or `#` that ends an unquoted text before the end of its line, or ""."""
        text, place = self.at(path), self.position(path)
        line = self.lines[place.line - 1]
        if self.source.is_json or not isinstance(text, str) or not line.startswith(text, place.column - 1):
            return ""
        rest = line[place.column - 1 + len(text) :].lstrip()
        return rest[:1] if rest.startswith((",", "#")) else ""

    def has_no_colon(self, path: DocumentPath) -> bool:
        """Whether the key is the rest of an unquoted text that a comma in brackets has split."""
        place, key = self.key_position(path), str(path[-1])
        line = self.lines[place.line - 1]
        if self.source.is_json or not line.startswith(key, place.column - 1):
            return False
        return line[place.column - 1 + len(key) :].lstrip().startswith((",", "}"))

    def _about(self, path: DocumentPath, *, key: bool, offset: int | None) -> tuple[str, ...]:
        """The default of `about`: the word, or the scalar with normalised white space."""
        value = self.at(path)
        if key or value is None or isinstance(value, dict | list):
            return ()
        if offset is not None and (word := _WORD.match(str(value), offset)):
            return (word[0],)
        return (" ".join(str(value).split()),)

    def _inside(self, start: Position, text: str, offset: int) -> Position:
        line = self.lines[start.line - 1]
        if line.startswith("|", start.column - 1):
            return self._inside_block(start, text, offset) if text.strip() else start
        quote = 1 if line[start.column - 1 : start.column] in ("'", '"') else 0
        first = start.column - 1 + quote
        if not line.startswith(text[:offset], first):
            return start
        return Position(start.line, first + offset + 1)

    def _inside_block(self, start: Position, text: str, offset: int) -> Position:
        """The position within a literal block, whose lines each end a line of the file."""
        before = text[: min(offset, len(text.rstrip()))].split("\n")
        written = self.lines[start.line + len(before) - 1]
        indent = len(written) - len(text.split("\n")[len(before) - 1])
        return Position(start.line + len(before), indent + len(before[-1]) + 1)


def load_document(content: bytes, file: str) -> Document:
    """Parse a file as JSON or YAML, see `Source.is_json`.

    Raises DefinitionError with all findings if no usable data remains. Takes less than a second and 200 MB
    for any input.
    """
    source = decode(content, file)
    tree = parse_json(source) if source.is_json else parse_yaml(source)
    if not isinstance(tree.value, dict):
        message = f"expected a mapping at the top of the file, found {described(tree.value)}"
        raise DefinitionError([*tree.findings, source.finding(Code.SHAPE, tree.values_at[()], message)])
    return Document(source, tree.value, tree.values_at, tree.keys_at, tree.findings, tree.plain_at)


def _nearest(places: Mapping[DocumentPath, Position], path: DocumentPath) -> Position | None:
    enclosing = (path[:length] for length in range(len(path), -1, -1))
    return next((places[known] for known in enclosing if known in places), None)
