"""Derives from a schema all its keys, each in the smallest document that contains it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

ANY = "any"
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """A key and its path. `beside`: the paths of other keys that the schema needs to know this one."""

    path: Path
    description: str
    beside: tuple[Path, ...]

    @property
    def name(self) -> str:
        return str(self.path[-1])

    def document(self) -> str:
        """YAML whose last line is this key."""
        value: dict[str | int, Any] = {}
        for path in (*self.beside, self.path):
            _set(value, path)
        return yaml.safe_dump(_with_lists(value), sort_keys=False)


def schema_keys(schema: dict[str, Any]) -> list[Key]:
    """Every key of the schema, at the first position where it is allowed."""
    return list(_keys(schema, schema, path=(), beside=(), visited=set()))


def _keys(
    part: dict[str, Any], root: dict[str, Any], *, path: Path, beside: tuple[Path, ...], visited: set[int]
) -> Iterator[Key]:
    if id(part) in visited:
        return
    visited.add(id(part))
    for name, value in part.get("properties", {}).items():
        yield Key((*path, name), value.get("description", ""), beside)
    needed = tuple((*path, name) for name in part.get("if", {}).get("required", ()))
    for inner, inner_path, more in _parts(part, root, path, needed):
        yield from _keys(inner, root, path=inner_path, beside=(*beside, *more), visited=visited)


def _parts(
    part: dict[str, Any], root: dict[str, Any], path: Path, needed: tuple[Path, ...]
) -> Iterator[tuple[dict[str, Any], Path, tuple[Path, ...]]]:
    """The schemas inside this one, each with its path and the other keys it needs."""
    if "$ref" in part:
        yield root["definitions"][part["$ref"].removeprefix("#/definitions/")], path, ()
    for name, value in part.get("properties", {}).items():
        yield value, (*path, name), ()
    if isinstance(part.get("additionalProperties"), dict):
        yield part["additionalProperties"], (*path, ANY), ()
    if "items" in part:
        yield part["items"], (*path, 0), ()
    for value in part.get("allOf", ()):
        yield value, path, ()
    if "then" in part:
        yield part["then"], path, needed
    if "else" in part:
        yield part["else"], path, ()


def _set(value: dict[str | int, Any], path: Path) -> None:
    *outer, last = path
    for name in outer:
        value = value.setdefault(name, {})
    value.setdefault(last, None)


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _with_lists(item) for name, item in value.items()}
    return list(inner.values()) if 0 in inner else inner
