"""A definition's file as plain data that remembers where everything stands.

Refuses what is hostile or ambiguous in either syntax, and knows nothing of state machines.
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
    """`value` holds only dict, list, str, int, float, bool and None; equal for both syntaxes.

    `values_at` and `keys_at` know every value, and every key of a mapping, by its path. `findings`: errors of
    the text that left the data whole, such as a repeated key; whoever uses the data must refuse or show them.
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
        """The value at `path`; None where there is none."""
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
        """Where the value stands; for an unknown path, where the nearest enclosing one does."""
        return _nearest(self.values_at, path) or Position(1, 1)

    def key_position(self, path: DocumentPath) -> Position:
        """Where the key of a mapping's entry stands; else where its nearest enclosing key does."""
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
        """A finding about the value at `path`, or about its key.

        `about`: as in `Finding`; if empty, the word at `offset`, or the value if it is a scalar.

        `offset`: the faulty character of a string, counted from 0. The place is exact where the file shows
        the string as it is up to there; for escaped or folded text it is that of the string's start.
        """
        position = self.key_position(path) if key else self.position(path)
        if offset is not None:
            position = self._inside(position, str(self.at(path)), offset)
        about = about or self._about(path, key=key, offset=offset)
        return replace(self.source.finding(code, position, message), path=path, about=about)

    def cut_by(self, path: DocumentPath) -> str:
        """The comma or `#` that ends a text without quotes before its line does; "" for none."""
        text, place = self.at(path), self.position(path)
        line = self.lines[place.line - 1]
        if self.source.is_json or not isinstance(text, str) or not line.startswith(text, place.column - 1):
            return ""
        rest = line[place.column - 1 + len(text) :].lstrip()
        return rest[:1] if rest.startswith((",", "#")) else ""

    def is_rest(self, path: DocumentPath) -> bool:
        """Is it a key without a colon, such as a comma in brackets makes of the rest of a text?"""
        place, key = self.key_position(path), str(path[-1])
        line = self.lines[place.line - 1]
        if self.source.is_json or not line.startswith(key, place.column - 1):
            return False
        return line[place.column - 1 + len(key) :].lstrip().startswith((",", "}"))

    def _about(self, path: DocumentPath, *, key: bool, offset: int | None) -> tuple[str, ...]:
        """Without white space that only lays out the text, and without values that can be large."""
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
        """Each line of a literal block's text ends a line of the file; its end is that of the last word."""
        before = text[: min(offset, len(text.rstrip()))].split("\n")
        written = self.lines[start.line + len(before) - 1]
        indent = len(written) - len(text.split("\n")[len(before) - 1])
        return Position(start.line + len(before), indent + len(before[-1]) + 1)


def load_document(content: bytes, file: str) -> Document:
    """Parse a file as JSON where it is, see `Source.is_json`, else as YAML.

    Raises DefinitionError, with every finding that the text allows, only where there are no data to go on
    with. Takes under a second and 200 MB for any input whatever.
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
