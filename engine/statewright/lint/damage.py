"""Determines which rules can still run on a definition with errors.

A rule declares which aspects it needs (`Basis`), and each error breaks some of them, depending on its code
and place. Rules about unused names also check whether a broken part mentions the name, because the corrected
part may use it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from statewright.diagnostics import Code, Finding, Severity, nearest
from statewright.language.source.document import Document, DocumentPath

_WORD = re.compile(r"\w+")


class Basis(Enum):
    """The aspects of a definition that rules depend on and errors can break."""

    KEYS = auto()  # every key is known
    STATE_NAMES = auto()
    MOVES = auto()  # the target of each branch in each state
    BRANCHES = auto()  # the commands that are accepted and the events that are emitted
    SOURCES = auto()  # the values of fields of events and data
    SCHEMAS = auto()
    INVARIANTS = auto()


_ALL = frozenset(Basis)
_NOTHING: frozenset[Basis] = frozenset()
_OF_SCHEMAS = frozenset({Basis.SCHEMAS})
_OF_INVARIANTS = frozenset({Basis.INVARIANTS})
_OF_MOVES = frozenset({Basis.MOVES})
_OF_SOURCES = frozenset({Basis.SOURCES})
_OF_BRANCHES = frozenset({Basis.MOVES, Basis.BRANCHES})
# These errors affect only the part in which they occur.
_LOCAL = frozenset(
    {Code.EXPRESSION_SYNTAX, Code.EXPRESSION_TYPE, Code.RESERVED_CODE, Code.TIMEOUT, Code.DUPLICATE_BRANCH}
    | {Code.UNREACHABLE_BRANCH, Code.UPCAST, Code.RENAME, Code.CONSTANT_OUTSIDE_SCHEMA}
)
_OF_CODE = {
    Code.UNKNOWN_STATE: _OF_MOVES,
    Code.INITIAL: _OF_MOVES,
    Code.REPLAY_RULE: _OF_MOVES,
    Code.FINAL_STATE: _OF_BRANCHES,
    Code.BRANCH_KEYS: _OF_BRANCHES,
    Code.UNKNOWN_COMMAND: _OF_BRANCHES,
    Code.UNKNOWN_EVENT: _OF_BRANCHES,
    Code.FIELD_SOURCE: _OF_SOURCES,
    Code.PAYLOAD_SCHEMA: _OF_SCHEMAS,
    Code.DEFAULT: _OF_SCHEMAS,
    Code.INVARIANT: _OF_INVARIANTS,
}
_OF_SECTION = {
    "states": _OF_BRANCHES | {Basis.STATE_NAMES},
    "accepts": _OF_BRANCHES,
    "initial": _OF_MOVES,
    "data": _OF_SCHEMAS,
    "commands": _OF_SCHEMAS,
    "types": _OF_SCHEMAS,
    "events": frozenset({Basis.SCHEMAS, Basis.MOVES}),
    "invariants": _OF_INVARIANTS,
    **dict.fromkeys(("machine", "version", "description", "tags", "meta"), _NOTHING),
}


@dataclass(frozen=True, slots=True)
class Damage:
    """The damage done by errors. `places`: the paths of the errors. `parts`: the broken parts.

    `words`: the names in the broken parts. `broken`: the aspects that rules cannot rely on.
    """

    places: frozenset[DocumentPath] = frozenset()
    parts: frozenset[DocumentPath] = frozenset()
    words: frozenset[str] = frozenset()
    broken: frozenset[Basis] = frozenset()

    def permits(self, needs: frozenset[Basis] | None) -> bool:
        """Whether a rule with these needs can run; one with None runs only if there is no error."""
        return not self.parts if needs is None else self.broken.isdisjoint(needs)

    def mentions(self, name: str) -> bool:
        """Whether a broken part contains the name or a similar one, which may be a typo for it."""
        return self.broken == _ALL or name in self.words or nearest(name, self.words) is not None

    def touches(self, path: DocumentPath) -> bool:
        """Whether a broken part is inside or around the value at `path`."""
        return any(part[: len(path)] == path or path[: len(part)] == part for part in self.parts)


def damage_of(document: Document, findings: Iterable[Finding]) -> Damage:
    """The damage done by the errors among the findings."""
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    parts = frozenset(_part(finding.path or ()) for finding in errors)
    words = frozenset(
        word for part in parts for text in _texts(document, part) for word in _WORD.findall(text)
    )
    broken = frozenset[Basis]().union(*map(_broken_by, errors))
    places = frozenset(finding.path or () for finding in errors)
    return Damage(places, parts, words, broken)


def _broken_by(finding: Finding) -> frozenset[Basis]:
    path = finding.path
    if not path:
        return _ALL
    if finding.code in (Code.SHAPE, Code.UNKNOWN_KEY):
        of_section = _OF_SECTION.get(str(path[0]))
        return _ALL if of_section is None else of_section | {Basis.KEYS}
    if finding.code is Code.UNKNOWN_FIELD:
        return _OF_SCHEMAS if "optional" in path else _OF_SOURCES
    if finding.code in _LOCAL:
        return _OF_INVARIANTS if path[0] == "invariants" else _NOTHING
    return _OF_CODE.get(finding.code, _ALL)


def _part(path: DocumentPath) -> DocumentPath:
    """The broken part: in an `accepts` the whole branch, elsewhere the value at the error."""
    if "accepts" not in path:
        return path
    command = path.index("accepts") + 1
    return path[: command + 1 + sum(isinstance(step, int) for step in path[command + 1 : command + 2])]


def _texts(document: Document, part: DocumentPath) -> Iterator[str]:
    """The keys and strings in a part, and the keys of its path."""
    yield from (step for step in part if isinstance(step, str))
    waiting: list[Any] = [document.at(part)]
    while waiting:
        value = waiting.pop()
        match value:
            case dict():
                waiting += [*value, *value.values()]
            case list():
                waiting += value
            case str():
                yield value
