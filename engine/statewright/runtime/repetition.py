"""Whether a command repeats one that the stream holds: the same id and body, however that is written.

Pure. A stream holds the digest of a body as it was first sent, so the other ways to write the same body are
tried. See docs/decisions/0031-a-repetition-may-be-written-differently.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
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
from statewright.strict_json import INTEGER_MAX, INTEGER_MIN

SPELLED_BYTES_MAX = 1024 * 1024  # of all the ways that are tried, together
_DIGEST_BYTES = 200  # what the work for one digest costs besides its text, as bytes of text

_Path = tuple[str | int, ...]
_Grouping = Callable[[_Path], _Path]


def is_repetition(machine: Machine, command: Command, stored: str) -> bool:
    """Whether `stored` is the digest of this body, or of another spelling of it under this definition."""
    if stored in (command.digest, UNKNOWN_DIGEST):
        return True
    body = _body_of((machine.definition.commands or {}).get(command.name), command.data)
    return any(command_digest(command.name, data) == stored for data in body.spellings())


# What is written alike: each part by itself; a field in all items of a list; everything.
_GROUPINGS: tuple[_Grouping, ...] = (
    lambda path: path,
    lambda path: tuple(step for step in path if isinstance(step, str)),
    lambda path: path[:1],
)


@dataclass(frozen=True, slots=True)
class _Body:
    """A payload in its normal form: fields by the names of today, doubles without a fraction as integers.

    `defaults`: the fields that say no more than their default, which may be left out.
    `names`: by field, each name that it may have in a message.
    """

    data: Mapping[str, Any]
    defaults: Mapping[str, Any]
    names: Mapping[str, tuple[str, ...]]

    def spellings(self) -> Iterator[dict[str, Any]]:
        """The ways to write it, as finely varied as the bound permits."""
        whole = {**self.data, **self.defaults}
        ways = self._ways(whole)
        size_bytes = len(canonical_json(whole).encode()) + _DIGEST_BYTES
        for grouping in _GROUPINGS:
            groups: dict[_Path, int] = {}
            for path, count in ways.items():
                groups[grouping(path)] = max(count, groups.get(grouping(path), 1))
            if prod(groups.values()) * size_bytes <= SPELLED_BYTES_MAX:
                break
        for picks in product(*map(range, groups.values())):
            way = dict(zip(groups, picks, strict=True))
            yield self._spelled(whole, partial(_picked, way, grouping))

    def _ways(self, whole: Mapping[str, Any]) -> dict[_Path, int]:
        """How many ways there are for each part of the body that has more than one."""
        ways: dict[_Path, int] = {
            ("number", *path): len(_forms(value)) for path, value in _integers(whole, ())
        }
        ways |= {("default", name): 2 for name in self.defaults}
        ways |= {("name", name): len(names) for name, names in self.names.items() if name in whole}
        return ways

    def _spelled(self, whole: Mapping[str, Any], way: Callable[[_Path], int]) -> dict[str, Any]:
        spelled = {}
        for name, value in whole.items():
            if name in self.defaults and way(("default", name)) == 0:
                continue
            names = self.names.get(name, (name,))
            written = names[min(way(("name", name)), len(names) - 1)]
            spelled[written] = _with_numbers(value, ("number", name), way)
        return spelled


def _picked(way: Mapping[_Path, int], grouping: _Grouping, path: _Path) -> int:
    return way.get(grouping(path), 0)


def _body_of(spec: CommandSpec | None, sent: Mapping[str, Any]) -> _Body:
    if spec is None:
        return _Body(_normal(sent), {}, {})
    data = _normal(with_fields_of_today(sent, spec.fields_renamed))
    defaults = {
        name: _normal(field.default)
        for name, field in spec.payload.fields.items()
        if field.has_default and (name not in data or _is_same(data[name], _normal(field.default)))
    }
    names: dict[str, tuple[str, ...]] = {name: (name,) for name in spec.fields_renamed.values()}
    for old, today in spec.fields_renamed.items():
        names[today] += (old,)
    return _Body({name: value for name, value in data.items() if name not in defaults}, defaults, names)


def _normal(value: Any) -> Any:
    match value:
        case float() if value.is_integer() and INTEGER_MIN <= value <= INTEGER_MAX:
            return int(value)
        case list() | tuple():
            return [_normal(item) for item in value]
        case Mapping():
            return {name: _normal(part) for name, part in value.items()}
        case _:
            return value


def _is_same(value: Any, default: Any) -> bool:
    """As JSON tells values apart: true is not 1."""
    return canonical_json(value) == canonical_json(default)


def _integers(value: Any, path: _Path) -> Iterator[tuple[_Path, int]]:
    match value:
        case int() if not isinstance(value, bool):
            yield path, value
        case list():
            for index, item in enumerate(value):
                yield from _integers(item, (*path, index))
        case dict():
            for name, part in value.items():
                yield from _integers(part, (*path, name))


def _forms(value: int) -> tuple[int | float, ...]:
    """The texts that JSON has for an integer, as what Python reads them to."""
    double = float(value)
    return (value, double, -double) if value == 0 else (value, double) if int(double) == value else (value,)


def _with_numbers(value: Any, path: _Path, way: Callable[[_Path], int]) -> Any:
    match value:
        case int() if not isinstance(value, bool):
            forms = _forms(value)
            return forms[min(way(path), len(forms) - 1)]
        case list():
            return [_with_numbers(item, (*path, index), way) for index, item in enumerate(value)]
        case dict():
            return {name: _with_numbers(part, (*path, name), way) for name, part in value.items()}
        case _:
            return value
