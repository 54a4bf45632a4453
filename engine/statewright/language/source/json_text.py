"""Reads a definition that is written in JSON.

The values are those of the standard `json`; a scan over the same text finds where each stands and what `json`
would let pass: repeated keys, NaN, numbers out of range, half characters.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from statewright.diagnostics import Code, Finding, Position
from statewright.errors import DefinitionError
from statewright.language.source.text import (
    DEPTH_MAX,
    FINDINGS_MAX,
    NODES_MAX,
    Path,
    Source,
    Tree,
    double,
    has_lone_surrogate,
    integer,
)
from statewright.language.wording import quoted

# A string runs to the end where its closing quote is missing: looking for it again from every later
# quote would take quadratic time.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{},:]|[^\s\[\]{},:"]+', re.DOTALL)
_INTEGER = re.compile(r"-?\d+\Z")


def read_json(source: Source) -> Tree:
    """The tree of a JSON text, of repeated keys the last; raises DefinitionError where a value is lost."""
    _check_limits(source)
    try:
        value = json.loads(
            source.text, parse_int=integer, parse_float=double, parse_constant=lambda _name: None
        )
    except json.JSONDecodeError as error:
        message = f"not valid JSON: {error.msg[:1].lower()}{error.msg[1:].removesuffix(' at')}"
        raise DefinitionError(
            [source.finding(Code.SYNTAX, source.position_at(error.pos), message)]
        ) from error
    scan = _Scan(source)
    scan.node(_tokens(source.text), ())
    findings = tuple(scan.findings[:FINDINGS_MAX])
    if scan.has_lost:
        raise DefinitionError(findings)
    return Tree(value, scan.values_at, scan.keys_at, findings)


def _tokens(text: str) -> Iterator[re.Match[str]]:
    return (token for token in _TOKEN.finditer(text) if token[0] not in ",:")


def _check_limits(source: Source) -> None:
    depth = count = 0
    for token in _tokens(source.text):
        depth += (token[0] in "[{") - (token[0] in "]}")
        count += token[0] not in "]}"
        if depth > DEPTH_MAX:
            raise _beyond(source, token, f"nested deeper than {DEPTH_MAX} levels")
        if count > NODES_MAX:
            raise _beyond(source, token, f"more than {NODES_MAX} values and keys")


def _beyond(source: Source, token: re.Match[str], message: str) -> DefinitionError:
    return DefinitionError([source.finding(Code.LIMIT, source.position_at(token.start()), message)])


@dataclass(slots=True)
class _Scan:
    """Walks the tokens of a text that `json` has accepted and whose depth is bounded."""

    source: Source
    values_at: dict[Path, Position] = field(default_factory=dict)
    keys_at: dict[Path, Position] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    has_lost: bool = False  # a value that no data stand for

    def node(self, tokens: Iterator[re.Match[str]], path: Path) -> None:
        self._value(next(tokens), tokens, path)

    def _value(self, token: re.Match[str], tokens: Iterator[re.Match[str]], path: Path) -> None:
        self.values_at[path] = self._place(token)
        match token[0][0]:
            case "{":
                self._object(tokens, path)
            case "[":
                self._array(tokens, path)
            case '"':
                self._string(token)
            case _:
                self._scalar(token)

    def _object(self, tokens: Iterator[re.Match[str]], path: Path) -> None:
        seen: dict[str, Position] = {}
        while (token := next(tokens))[0] != "}":
            key = self._string(token)
            place = self.keys_at[(*path, key)] = self._place(token)
            if key in seen:
                self._report(Code.DUPLICATE_KEY, token, repeated_key(key, seen[key]))
            seen.setdefault(key, place)
            self.node(tokens, (*path, key))

    def _array(self, tokens: Iterator[re.Match[str]], path: Path) -> None:
        index = 0
        while (token := next(tokens))[0] != "]":
            self._value(token, tokens, (*path, index))
            index += 1

    def _string(self, token: re.Match[str]) -> str:
        text: str = json.loads(token[0])
        if has_lone_surrogate(text):
            self._lose(Code.SYNTAX, token, "an escape stands for half a character (a lone surrogate)")
        return text

    def _scalar(self, token: re.Match[str]) -> None:
        text = token[0]
        if text in ("true", "false", "null"):
            return
        if text.lstrip("-") in ("NaN", "Infinity"):
            self._lose(Code.SYNTAX, token, f"{text} is not a number that JSON knows")
        elif _INTEGER.match(text) and integer(text) is None:
            self._lose(Code.LIMIT, token, f"the integer {quoted(text)} does not fit in 64 bits")
        elif double(text) is None and not _INTEGER.match(text):
            self._lose(Code.LIMIT, token, f"the number {quoted(text)} is too large")

    def _place(self, token: re.Match[str]) -> Position:
        return self.source.position_at(token.start())

    def _lose(self, code: Code, token: re.Match[str], message: str) -> None:
        self.has_lost = True
        self._report(code, token, message)

    def _report(self, code: Code, token: re.Match[str], message: str) -> None:
        self.findings.append(self.source.finding(code, self._place(token), message))


def repeated_key(key: str, first: Position) -> str:
    """What to say about the second of two equal keys."""
    return f"{quoted(key)} is already a key here, at line {first.line}, column {first.column}"
