"""Recognises a command that repeats a stored one: the same id and body, even if written differently.

Pure. A stream stores only the digest of the body as it was first sent, so other spellings of the body are
tried. See docs/decisions/0031-a-repetition-may-be-written-differently.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice, product
from typing import Any

from statewright.canonical import canonical_json
from statewright.language.model import CommandSpec
from statewright.machine.compiled import Machine
from statewright.machine.decide import with_current_names
from statewright.machine.messages import Command
from statewright.runtime.envelope import command_digest
from statewright.stores.record import UNKNOWN_DIGEST
from statewright.strict_json import whole

SPELLED_BYTES_MAX = 512 * 1024  # of all spellings tried with one grouping
WAYS_MIN = 8  # tried with the first grouping, however large the body is
_DIGEST_BYTES = 200  # the fixed cost of a digest, as the number of bytes that cost as much

_Path = tuple[str | int, ...]
_Grouping = Callable[[_Path], _Path]


def is_repetition(machine: Machine, command: Command, stored: str) -> bool:
    """Whether `stored` is the digest of the command's body, in this or another spelling."""
    if stored in (command.digest, UNKNOWN_DIGEST):
        return True
    body = _body_of((machine.definition.commands or {}).get(command.name), command.data)
    return any(command_digest(command.name, data) == stored for data in _spellings(body))


@dataclass(frozen=True, slots=True)
class _Integer:
    """A number without a fraction. `type`: its declared type. `as_sent`: the index of its form in this body.

    `forms`: the values that a digest writes differently; it writes a double in its shortest form.
    """

    value: int
    type: str = field(compare=False)
    as_sent: int = field(compare=False)
    forms: tuple[int | float, ...] = field(compare=False)


@dataclass(frozen=True, slots=True)
class _Object:
    """A JSON object in normal form: current field names, and values in normal form.

    `defaults`: fields that have their default value and may be left out. `written`: the ones that this body
    contains. `names`: for each field, the names that it may have in a message, starting with the one in this
    body.
    """

    fields: Mapping[str, Any]
    defaults: Mapping[str, Any]
    names: Mapping[str, tuple[str, ...]]
    written: frozenset[str] = field(compare=False)

    @property
    def all_fields(self) -> Mapping[str, Any]:
        return {**self.fields, **self.defaults}


def _body_of(spec: CommandSpec | None, sent: Mapping[str, Any]) -> _Object:
    if spec is None:
        return _normal_object(sent, {}, {})
    declared = spec.payload.fields
    names: dict[str, tuple[str, ...]] = {name: (name,) for name in spec.fields_renamed.values()}
    for old, new in spec.fields_renamed.items():
        names[new] = (old, *names[new]) if old in sent else (*names[new], old)
    return _normal_object(
        with_current_names(sent, spec.fields_renamed),
        {name: one.schema for name, one in declared.items()},
        {name: one.default for name, one in declared.items() if one.has_default},
        names,
    )


def _normal_object(
    value: Mapping[str, Any],
    schemas: Mapping[str, Mapping[str, Any]],
    defaults: Mapping[str, Any],
    names: Mapping[str, tuple[str, ...]] | None = None,
    *,
    others: Mapping[str, Any] | None = None,
) -> _Object:
    """The normal form of an object. `schemas`, `defaults`: of declared fields. `others`: of the others."""
    fields = {name: _normal(part, schemas.get(name, others or {})) for name, part in value.items()}
    said = {name: _normal(default, schemas.get(name, {})) for name, default in defaults.items()}
    silent = {
        name: fields.get(name, default)
        for name, default in said.items()
        if fields.get(name, default) == default
    }
    spoken = {name: part for name, part in fields.items() if name not in silent}
    return _Object(spoken, silent, names or {}, frozenset(silent.keys() & fields.keys()))


def _normal(value: Any, schema: Mapping[str, Any]) -> Any:
    """The normal form of a value. Other scalars are paired with their type, because True == 1 in Python."""
    match value:
        case int() | float() if (number := whole(value)) is not None:
            forms = (number, float(number)) if number else (0, 0.0, -0.0)
            return _Integer(number, str(schema.get("type", "")), int(isinstance(value, float)), forms)
        case list() | tuple():
            return [_normal(item, schema.get("items", {})) for item in value]
        case Mapping():
            properties, rest = schema.get("properties", {}), schema.get("additionalProperties")
            defaults = {name: part["default"] for name, part in properties.items() if "default" in part}
            optional = {name: one for name, one in defaults.items() if name not in schema.get("required", ())}
            return _normal_object(
                value, properties, optional, others=rest if isinstance(rest, Mapping) else None
            )
        case _:
            return (type(value), value)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the body that can be written in `ways` ways. `as_sent`: the index of this body's way.

    `path` starts with the kind of variation and, for a number, its declared type.
    """

    path: _Path
    ways: int
    as_sent: int


# Parts with the same key are written alike. The most likely groupings come first.
_GROUPINGS: tuple[_Grouping, ...] = (
    lambda path: path[:1],
    lambda path: (*path[:2], len(path)),
    lambda path: tuple(step for step in path if isinstance(step, str)),
    lambda path: path,
)


def _spellings(body: _Object) -> Iterator[Any]:
    """Spellings of the body within the bound, starting with those closest to the one that was sent."""
    parts = tuple(_parts(body, ()))
    longest = _spelled(body, iter([part.ways - 1 for part in parts]))
    ways_max = SPELLED_BYTES_MAX // (len(canonical_json(longest).encode()) + _DIGEST_BYTES)
    for grouping, ways_min in zip(_GROUPINGS, (WAYS_MIN, 0, 0, 0), strict=True):
        keys = [grouping(part.path) for part in parts]
        for changes in islice(_nearest_first(_changes(parts, keys)), max(ways_min, ways_max)):
            picks = (_pick(part, changes.get(key)) for part, key in zip(parts, keys, strict=True))
            yield _spelled(body, picks)


def _changes(parts: Sequence[_Part], keys: Sequence[_Path]) -> Mapping[_Path, Sequence[int]]:
    """For each key, the ways to write its parts that differ from the body as sent."""
    groups: dict[_Path, list[_Part]] = {}
    for part, key in zip(parts, keys, strict=True):
        groups.setdefault(key, []).append(part)
    changes = {}
    for key, alike in groups.items():
        here = {part.as_sent for part in alike}
        ways = range(max(part.ways for part in alike))
        changes[key] = [way for way in ways if {way} != here]
    return changes


def _nearest_first(changes: Mapping[_Path, Sequence[int]]) -> Iterator[Mapping[_Path, int]]:
    for count in range(len(changes) + 1):
        for keys in combinations(changes, count):
            for ways in product(*(changes[key] for key in keys)):
                yield dict(zip(keys, ways, strict=True))


def _pick(part: _Part, way: int | None) -> int:
    return part.as_sent if way is None else min(way, part.ways - 1)


def _parts(value: Any, path: _Path) -> Iterator[_Part]:
    match value:
        case _Integer():
            yield _Part(("number", value.type, *path), len(value.forms), value.as_sent)
        case list():
            for index, item in enumerate(value):
                yield from _parts(item, (*path, index))
        case _Object():
            for name, part in value.all_fields.items():
                if name in value.defaults:
                    yield _Part(("default", "", *path, name), 2, int(name in value.written))
                if name in value.names:
                    yield _Part(("name", "", *path, name), len(value.names[name]), 0)
                yield from _parts(part, (*path, name))


def _spelled(value: Any, picks: Iterator[int]) -> Any:
    """The value written in the ways that `picks` gives for its parts, in order."""
    match value:
        case _Integer():
            return value.forms[next(picks)]
        case list():
            return [_spelled(item, picks) for item in value]
        case _Object():
            spelled = {}
            for name, part in value.all_fields.items():
                is_written = name not in value.defaults or next(picks) == 1
                written_name = value.names[name][next(picks)] if name in value.names else name
                inner = _spelled(part, picks)
                if is_written:
                    spelled[written_name] = inner
            return spelled
        case (_kind, scalar):
            return scalar
