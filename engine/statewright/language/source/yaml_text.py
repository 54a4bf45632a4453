"""Parses YAML files: the YAML 1.2 core schema without anchors, aliases, merge keys and tags.

Consumes PyYAML's event stream and enforces limits before building anything. libyaml's composer overflows the
C stack on deep nesting; its parser does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from statewright.diagnostics import Code, Finding, Position
from statewright.errors import DefinitionError
from statewright.language.source.text import FINDINGS_MAX, DocumentPath, Source, Tree, excess, repeated_key
from statewright.language.wording import described, quoted
from statewright.strict_json import double, has_lone_surrogate, integer

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # uses libyaml if PyYAML was built with it

# Includes three characters that are line breaks in YAML 1.1 but not in editors.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")

# YAML 1.2.2, section 10.3.2: the core schema.
NULLS = frozenset({"", "~", "null", "Null", "NULL"})
BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_DECIMAL_KEY = re.compile(r"0|[1-9][0-9]*")  # the only notation of the number, so its text is unambiguous
INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
DOUBLE = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_BASES = {"0o": 8, "0x": 16}

_EXPLANATIONS = (
    ("mapping values are not allowed", 'a ": " ends a plain value; put the whole value in quotes'),
    (
        "did not find expected ',' or",
        "missing comma in a bracketed list or mapping; quote expressions",
    ),
    ("expected ',' or", "missing comma in a bracketed list or mapping; quote expressions"),
    (
        "text after the closing quote or bracket",
        "text follows the closing quote or bracket; quote the whole expression",
    ),
    ("could not find expected ':'", 'expected ": " after this key'),
    ("did not find expected key", "expected a key here; check the indentation"),
    ("expected <block end>", "expected a key here; check the indentation"),
    ("unexpected end of stream", "missing closing quote"),
    ("expected node content", "missing value at the end of a bracketed list or mapping"),
    ("expected the node content", "missing value at the end of a bracketed list or mapping"),
    ("cannot start any token", "a plain value cannot start with this character; put the value in quotes"),
)


def parse_yaml(source: Source, *, loader: Any = LOADER) -> Tree:
    """Parse YAML. Of duplicate keys, the last one wins. Raises DefinitionError if a value is lost."""
    _check_characters(source)
    events = list(_bounded_events(source, loader))
    nodes = iter([event for event in events if isinstance(event, NodeEvent | CollectionEndEvent)])
    builder = _Builder(source, nodes)
    builder.documents([event for event in events if isinstance(event, DocumentStartEvent)])
    value = builder.value(next(nodes), ())
    findings = tuple(builder.findings[:FINDINGS_MAX])
    if builder.has_lost:
        raise DefinitionError(findings)
    return Tree(value, builder.values_at, builder.keys_at, findings, builder.plain_at)


def _check_characters(source: Source) -> None:
    findings = [
        source.finding(
            Code.SYNTAX,
            source.position_at(found.start()),
            f"YAML does not allow the character U+{ord(found[0]):04X}; escape it in double quotes",
        )
        for found in islice(_UNPRINTABLE.finditer(source.text), FINDINGS_MAX)
    ]
    if findings:
        raise DefinitionError(findings)


def _bounded_events(source: Source, loader: Any) -> Iterator[Event]:
    depth = count = 0
    try:
        for event in yaml.parse(source.text, Loader=loader):
            depth += isinstance(event, MappingStartEvent | SequenceStartEvent)
            depth -= isinstance(event, CollectionEndEvent)
            count += isinstance(event, NodeEvent)
            if message := excess(depth, count):
                raise DefinitionError([source.finding(Code.LIMIT, _place(event), message)])
            yield event
    except yaml.MarkedYAMLError as error:
        raise DefinitionError([_syntax_finding(source, error)]) from error
    except ValueError as error:  # from the pure Python parser, for an escape beyond Unicode
        message = "not valid YAML: an escape does not name a character"
        raise DefinitionError([source.finding(Code.SYNTAX, Position(1, 1), message)]) from error
    if count == 0:
        raise DefinitionError([source.finding(Code.SYNTAX, Position(1, 1), "the file is empty")])


def _syntax_finding(source: Source, error: yaml.MarkedYAMLError) -> Finding:
    mark = error.problem_mark or error.context_mark
    position = Position(mark.line + 1, mark.column + 1) if mark else Position(1, 1)
    line = source.lines[position.line - 1] if position.line <= len(source.lines) else ""
    if line[position.column - 1 : position.column] == "\t":
        return source.finding(Code.SYNTAX, position, "a tab cannot indent YAML; use spaces")
    opened = error.context_mark if "flow" in (error.context or "") else None
    if opened and _goes_on_outside(source, opened.line, position.line - 1):
        message = f"not valid YAML: the bracket is still open on line {position.line}; close it"
        if " #" in source.lines[opened.line][opened.column :]:
            message += ', or quote the value that contains " #", which starts a comment'
        return source.finding(Code.SYNTAX, Position(opened.line + 1, opened.column + 1), message)
    problem = error.problem or error.context or "unexpected end of the text"
    if "expected" in problem and line[: position.column - 1].rstrip()[-1:] in ("'", '"', "]", "}"):
        problem = "text after the closing quote or bracket"
    known = (explanation for phrase, explanation in _EXPLANATIONS if phrase in problem)
    return source.finding(Code.SYNTAX, position, f"not valid YAML: {next(known, problem)}")


def _goes_on_outside(source: Source, opening: int, line: int) -> bool:
    """Whether a later line is not indented deeper than the line with the opening bracket. Counts from 0."""
    following = "".join(source.lines[line : line + 1])
    return line > opening and _indent(following) <= _indent(source.lines[opening])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


@dataclass(slots=True)
class _Builder:
    """Converts the events of a document of limited depth into plain data and positions."""

    source: Source
    nodes: Iterator[Event]
    values_at: dict[DocumentPath, Position] = field(default_factory=dict)
    keys_at: dict[DocumentPath, Position] = field(default_factory=dict)
    plain_at: dict[Position, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    has_lost: bool = False  # a key or a value could not be represented

    def documents(self, starts: list[DocumentStartEvent]) -> None:
        for start in starts[1:]:
            self._report(
                Code.YAML_FEATURE, start, "a second document starts here; a file can contain only one"
            )
        for start in starts:
            if start.tags or start.version not in (None, (1, 2)):
                self._report(Code.YAML_FEATURE, start, "YAML directives are not supported; remove the % line")

    def value(self, event: Event, path: DocumentPath) -> Any:
        self.values_at[path] = _place(event)
        return self._content(event, path)

    def _content(self, event: Event, path: DocumentPath) -> Any:
        self._reject_features(event)
        match event:
            case MappingStartEvent():
                return self._mapping(path)
            case SequenceStartEvent():
                return self._sequence(path)
            case ScalarEvent():
                return self._scalar(event)
            case _:
                return None  # an alias, reported above

    def _mapping(self, path: DocumentPath) -> dict[str, Any]:
        built: dict[str, Any] = {}
        seen: dict[str, Position] = {}
        while not isinstance(event := next(self.nodes), CollectionEndEvent):
            if _is_merge(event):
                self._report(
                    Code.YAML_FEATURE,
                    event,
                    "merge keys are not supported; copy the entries here",
                )
                self.value(next(self.nodes), (*path, "<<"))
                continue
            key = self._key(event, path)
            place = self.keys_at[(*path, key)] = _place(event)
            if key in seen:
                self._report(Code.DUPLICATE_KEY, event, repeated_key(key, seen[key]))
            seen.setdefault(key, place)
            built[key] = self.value(next(self.nodes), (*path, key))
        return built

    def _sequence(self, path: DocumentPath) -> list[Any]:
        built: list[Any] = []
        while not isinstance(event := next(self.nodes), CollectionEndEvent):
            built.append(self.value(event, (*path, len(built))))
        return built

    def _key(self, event: Event, path: DocumentPath) -> str:
        """Return the text of a key, even if it is invalid, so that parsing continues."""
        key = self._content(event, path)
        if isinstance(key, str):
            return key
        if not isinstance(event, ScalarEvent):
            self._lose(Code.SYNTAX, event, f"a key must be a string, not {described(key)}")
            return ""
        if not event.value:
            self._lose(Code.SYNTAX, event, "missing key before the colon")
        elif not _DECIMAL_KEY.fullmatch(event.value):
            quotes = f'"{event.value}"'
            self._report(Code.SYNTAX, event, f"a key must be a string; write {quotes} in quotes")
        return str(event.value)

    def _reject_features(self, event: Event) -> None:
        if isinstance(event, AliasEvent):
            self._lose(
                Code.YAML_FEATURE, event, f"aliases are not supported; replace *{event.anchor} with its value"
            )
        elif isinstance(event, NodeEvent) and event.anchor is not None:
            self._report(Code.YAML_FEATURE, event, f"anchors are not supported; remove &{event.anchor}")
        tag = getattr(event, "tag", None)
        if tag is not None:
            remedy = "quote the expression" if _is_negation(event) else "remove"
            self._report(Code.YAML_FEATURE, event, f"tags are not supported; {remedy} {quoted(tag)}")
        elif isinstance(event, ScalarEvent) and not event.style and not event.implicit[0]:
            self._report(Code.YAML_FEATURE, event, 'tags are not supported; remove "!"')

    def _scalar(self, event: ScalarEvent) -> Any:
        text = str(event.value)
        if has_lone_surrogate(text):
            self._lose(Code.SYNTAX, event, "the escape is half of a surrogate pair")
        if event.style:
            return text
        if event.tag is None:
            self.plain_at[_place(event)] = text
        if _is_negation(event):
            return f"{event.tag} {text}".rstrip()  # the value as if it had been quoted
        if text in NULLS:
            return None
        if text in BOOLEANS:
            return BOOLEANS[text]
        return self._number(event, text)

    def _number(self, event: ScalarEvent, text: str) -> int | float | str | None:
        value: int | float | None
        if INTEGER.fullmatch(text):
            base = _BASES.get(text[:2], 10)
            value = integer(text if base == 10 else text[2:], base)
            if value is None:
                self._lose(Code.LIMIT, event, f"the integer {quoted(text)} does not fit in 64 bits")
            return value
        if DOUBLE.fullmatch(text):
            value = double(text)
            if value is None:
                self._lose(Code.LIMIT, event, f"the number {quoted(text)} is too large for a double")
            return value
        if NOT_FINITE.fullmatch(text):
            self._lose(Code.LIMIT, event, f"{quoted(text)} is not a finite number")
        return text

    def _lose(self, code: Code, event: Event, message: str) -> None:
        self.has_lost = True
        self._report(code, event, message)

    def _report(self, code: Code, event: Event, message: str) -> None:
        self.findings.append(self.source.finding(code, _place(event), message))


def _is_merge(event: Event) -> bool:
    return isinstance(event, ScalarEvent) and event.value == "<<" and not event.style


def _is_negation(event: Event) -> bool:
    """Whether the scalar is a negation such as `guard: !data.paid`, which YAML reads as a tag."""
    return isinstance(event, ScalarEvent) and (event.tag or "").startswith("!") and event.tag != "!"


def _place(event: Event) -> Position:
    assert event.start_mark is not None
    return Position(event.start_mark.line + 1, event.start_mark.column + 1)
