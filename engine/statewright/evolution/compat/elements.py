"""The elements of two versions side by side: removed, kept and added. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from statewright.language.model import CommandSpec, EventSpec
from statewright.language.schema.payloads import Field

K = TypeVar("K")
A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class Removed(Generic[K, A]):
    """An element of the old version without a counterpart in the new one."""

    was: K
    old: A


@dataclass(frozen=True, slots=True)
class Kept(Generic[K, A, B]):
    """An element of both versions, with its old and new name."""

    was: K
    name: K
    old: A
    new: B


@dataclass(frozen=True, slots=True)
class Added(Generic[K, B]):
    """An element of the new version only."""

    name: K
    new: B


KeptCommand = Kept[str, CommandSpec | None, CommandSpec | None]  # None if undeclared
KeptEvent = Kept[str, EventSpec, EventSpec]
NamedEvent = Kept[str, EventSpec | None, EventSpec | None]  # None if undeclared
KeptField = Kept[str, Field, Field]


def elements(
    old: Mapping[K, A], new: Mapping[K, B], names: Mapping[K, K] | None = None
) -> Iterator[Removed[K, A] | Kept[K, A, B] | Added[K, B]]:
    """The elements of the old version in order, then the added ones in order.

    `names`: old name -> new name, without removed elements; None if names cannot change.
    """
    seen = set()
    for was, before in old.items():
        name = was if names is None else names.get(was)
        if name is None or name not in new:
            yield Removed(was, before)
        else:
            seen.add(name)
            yield Kept(was, name, before, new[name])
    yield from (Added(name, after) for name, after in new.items() if name not in seen)


def kept_elements(
    old: Mapping[K, A], new: Mapping[K, B], names: Mapping[K, K] | None = None
) -> Iterator[Kept[K, A, B]]:
    """Only the elements that both versions have."""
    yield from (one for one in elements(old, new, names) if isinstance(one, Kept))


def field_elements(
    old: CommandSpec | EventSpec, new: CommandSpec | EventSpec
) -> Iterator[Removed[str, Field] | KeptField | Added[str, Field]]:
    """The fields of both payloads, matched by the renames that the new version declares."""
    names = {name: new.fields_renamed.get(name, name) for name in old.payload.fields}
    return elements(old.payload.fields, new.payload.fields, names)


def forgotten_fields(
    old: CommandSpec | EventSpec, new: CommandSpec | EventSpec
) -> Iterator[tuple[str, KeptField]]:
    """Former names that only the old version declares, for fields that both have."""
    kept = {field.was: field for field in field_elements(old, new) if isinstance(field, Kept)}
    for former, name in old.fields_renamed.items():
        field = kept.get(name)
        if field and former != field.name and new.fields_renamed.get(former) != field.name:
            yield former, field
