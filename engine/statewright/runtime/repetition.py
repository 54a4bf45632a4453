"""Whether a command repeats one that the stream holds: the same id and body, however that is written.

Pure. A stream holds the digest of a body as it was first sent, so the other ways to write the same body are
tried. See docs/decisions/0031-a-repetition-may-be-written-differently.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from math import prod
from typing import Any

from statewright.canonical import canonical_json
from statewright.language.model import CommandSpec
from statewright.machine.compiled import Machine
from statewright.machine.decide import with_fields_of_today
from statewright.machine.messages import Command
from statewright.runtime.envelope import command_digest
from statewright.stores.record import UNKNOWN_DIGEST
from statewright.strict_json import whole

SPELLED_BYTES_MAX = 1024 * 1024  # of all the ways that are tried, together
_DIGEST_BYTES = 200  # what the work for one digest costs besides its text, as bytes of text

_Path = tuple[str | int, ...]
_Grouping = Callable[[_Path], _Path]
_Way = Callable[[_Path], int]


def is_repetition(machine: Machine, command: Command, stored: str) -> bool:
    """Whether `stored` is the digest of this body, or of another spelling of it under this definition."""
    if stored in (command.digest, UNKNOWN_DIGEST):
        return True
    body = _body_of((machine.definition.commands or {}).get(command.name), command.data)
    return any(command_digest(command.name, data) == stored for data in _spellings(body))


@dataclass(frozen=True, slots=True)
class _Object:
    """A JSON object in its normal form: doubles without a fraction are integers, fields have today's names.

    `defaults`: the fields that say no more than their default, which may be left out. `names`: by field, each
    name that it may have in a message. Values of both are in their normal form.
    """

    fields: Mapping[str, Any]
    defaults: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def all_fields(self) -> Mapping[str, Any]:
        return {**self.fields, **self.defaults}


def _body_of(spec: CommandSpec | None, sent: Mapping[str, Any]) -> _Object:
    if spec is None:
        return _normal_object(sent, {}, {})
    declared = spec.payload.fields
    names: dict[str, tuple[str, ...]] = {name: (name,) for name in spec.fields_renamed.values()}
    for old, today in spec.fields_renamed.items():
        names[today] += (old,)
    return _normal_object(
        with_fields_of_today(sent, spec.fields_renamed),
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
    """`schemas`, `defaults`: of its declared fields, `others`: the schema of the rest."""
    fields = {name: _normal(part, schemas.get(name, others or {})) for name, part in value.items()}
    said = {name: _normal(default, schemas.get(name, {})) for name, default in defaults.items()}
    silent = {name: default for name, default in said.items() if fields.get(name, default) == default}
    return _Object({name: part for name, part in fields.items() if name not in silent}, silent, names or {})


def _normal(value: Any, schema: Mapping[str, Any]) -> Any:
    """Scalars with their type, since Python takes true for 1."""
    match value:
        case float() if (number := whole(value)) is not None:
            return (int, number)
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


# What is written alike: each part by itself; a field in all items of a list; everything.
_GROUPINGS: tuple[_Grouping, ...] = (
    lambda path: path,
    lambda path: tuple(step for step in path if isinstance(step, str)),
    lambda path: path[:1],
)


def _spellings(body: _Object) -> Iterator[Any]:
    """The ways to write it, as finely varied as the bound permits."""
    ways = dict(_ways(body, ()))
    size_bytes = len(canonical_json(_spelled(body, (), lambda _path: 1)).encode()) + _DIGEST_BYTES
    for grouping in _GROUPINGS:
        groups: dict[_Path, int] = {}
        for path, count in ways.items():
            groups[grouping(path)] = max(count, groups.get(grouping(path), 1))
        if prod(groups.values()) * size_bytes <= SPELLED_BYTES_MAX:
            break
    for picks in product(*map(range, groups.values())):
        way = dict(zip(groups, picks, strict=True))
        yield _spelled(body, (), partial(_picked, way, grouping))


def _picked(way: Mapping[_Path, int], grouping: _Grouping, path: _Path) -> int:
    return way.get(grouping(path), 0)


def _ways(value: Any, path: _Path) -> Iterator[tuple[_Path, int]]:
    """How many ways there are to write each part that has more than one."""
    match value:
        case (kind, number) if kind is int:
            yield ("number", *path), len(_forms(number))
        case list():
            for index, item in enumerate(value):
                yield from _ways(item, (*path, index))
        case _Object():
            for name, part in value.all_fields.items():
                yield ("default", *path, name), 2 if name in value.defaults else 1
                yield ("name", *path, name), len(value.names.get(name, (name,)))
                yield from _ways(part, (*path, name))


def _spelled(value: Any, path: _Path, way: _Way) -> Any:
    match value:
        case (kind, number) if kind is int:
            forms = _forms(number)
            return forms[min(way(("number", *path)), len(forms) - 1)]
        case list():
            return [_spelled(item, (*path, index), way) for index, item in enumerate(value)]
        case _Object():
            spelled = {}
            for name, part in value.all_fields.items():
                if name in value.defaults and way(("default", *path, name)) == 0:
                    continue
                names = value.names.get(name, (name,))
                written = names[min(way(("name", *path, name)), len(names) - 1)]
                spelled[written] = _spelled(part, (*path, name), way)
            return spelled
        case (_kind, scalar):
            return scalar


def _forms(value: int) -> tuple[int | float, ...]:
    """The texts that JSON has for an integer, as a digest knows them: a double by its shortest text."""
    double = float(value)
    return (value, double, -double) if value == 0 else (value, double)
