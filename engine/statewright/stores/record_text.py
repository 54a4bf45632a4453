"""A commit as text and back: the one encoding that every store writes.

THE TEXT IS ON DISK, see `statewright.stores.record`. It is canonical (keys sorted, no white space, absent
members left out), so equal commits have equal texts and a store recognises its own commit by comparing
them.
"""

from __future__ import annotations

import json
from dataclasses import fields
from types import UnionType
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_origin, get_type_hints

from statewright.errors import CorruptStream
from statewright.stores.record import (
    FORMAT,
    Commit,
    DefinitionStamp,
    RecentCommand,
    Snapshot,
    StoredCommand,
    StoredEvent,
)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Part = TypeVar("Part", bound=DataclassInstance)


def encode(commit: Commit) -> str:
    """The canonical text of `commit`; payload texts stay strings inside it, exactly as they came.

    Raises TypeError for a part that `decode` would refuse, so that nothing is stored that cannot be read.
    """
    if commit.format != FORMAT:
        raise ValueError(f"format {commit.format} cannot be written, only {FORMAT}")
    return _CANONICAL.encode({"head": commit.head, **_members(commit)})


def decode(text: str, *, stream: str, version: int) -> Commit:
    """The commit that was found at this place; CorruptStream when the text is not a commit of this place.

    An unreadable snapshot comes back as None: it repeats what the events say, so losing it costs a longer
    read, while refusing the commit would cost the stream. Events and commands stand nowhere else.
    """
    try:
        commit = _commit(json.loads(text))
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise CorruptStream(stream, version, f"unreadable record: {error}") from error
    if (commit.stream, commit.version) != (stream, version):
        raise CorruptStream(stream, version, f"its record says {commit.stream} version {commit.version}")
    return commit


def _members(part: DataclassInstance) -> dict[str, Any]:
    """Raises TypeError for what could not be read back."""
    _check(part)
    values = ((name, getattr(part, name)) for name in _SHAPES[type(part)])
    return {name: value for name, value in values if value is not None}


def _commit(record: dict[str, Any]) -> Commit:
    if record["format"] != FORMAT:
        raise ValueError(f"format {record['format']} is unknown, expected {FORMAT}")
    head = record.pop("head")
    record["definition"] = _part(DefinitionStamp, record["definition"])
    record["commands"] = tuple(_part(StoredCommand, command) for command in record["commands"])
    record["events"] = tuple(_part(StoredEvent, event) for event in record["events"])
    if "snapshot" in record:
        record["snapshot"] = _snapshot(record["snapshot"])
    commit = _part(Commit, record)
    if not commit.events or head != commit.head:
        raise ValueError(f"head {head} does not fit {len(commit.events)} events from {commit.version}")
    return commit


def _snapshot(record: Any) -> Snapshot | None:
    """None for what cannot be read, see `decode`."""
    try:
        commands = tuple(_part(RecentCommand, command) for command in record["commands"])
        return _part(Snapshot, {**record, "commands": commands})
    except (TypeError, LookupError):
        return None


def _part(shape: type[Part], record: dict[str, Any]) -> Part:
    part = shape(**record)
    _check(part)
    return part


def _check(part: DataclassInstance) -> None:
    for name, expected in _SHAPES[type(part)].items():
        if type(getattr(part, name)) not in expected:  # isinstance would take true for 1
            raise TypeError(f'"{name}" of {type(part).__name__} has the wrong type')


def _shape(stored: type[DataclassInstance]) -> dict[str, tuple[type, ...]]:
    """The types that each field may have."""
    hints = get_type_hints(stored)
    return {field.name: _types(hints[field.name]) for field in fields(stored)}


def _types(hint: Any) -> tuple[type, ...]:
    if isinstance(hint, UnionType):
        return get_args(hint)
    return (get_origin(hint) or hint,)


_CANONICAL = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"), default=_members
)
_SHAPES: dict[type[DataclassInstance], dict[str, tuple[type, ...]]] = {
    stored: _shape(stored)
    for stored in (Commit, DefinitionStamp, StoredCommand, StoredEvent, Snapshot, RecentCommand)
}
