"""Encodes a commit as text and decodes it; used by every store.

THE TEXT IS STORED, see `statewright.stores.record`. It is canonical (keys sorted, no white space, absent
members left out), so equal commits have equal texts, and a store recognises its own commit by comparing
texts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import MISSING, fields
from datetime import datetime
from types import UnionType
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_origin, get_type_hints

from statewright.errors import CorruptStream, EvaluationError
from statewright.language.cel import Timestamp
from statewright.stores.record import (
    FORMAT,
    Commit,
    DefinitionStamp,
    RecentCommand,
    Snapshot,
    StoredCommand,
    StoredEvent,
)
from statewright.strict_json import printable

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Part = TypeVar("Part", bound=DataclassInstance)


_WRITTEN_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_TYPE_NAMES = {str: "a string", int: "an integer", dict: "an object", tuple: "a list"}


def encode(commit: Commit) -> str:
    """The canonical text of `commit`, in which payloads are strings.

    Raises TypeError and ValueError for a commit that `decode` would refuse, so that only readable text is
    stored.
    """
    if commit.format != FORMAT:
        raise ValueError(f"cannot write format {commit.format}, only format {FORMAT}")
    text = _CANONICAL.encode({"head": commit.head, **_members(commit)})
    if not _is_time(commit.time):
        raise ValueError("the time of a commit must be an RFC 3339 timestamp")
    return text


def decode(text: str, *, stream: str, version: int) -> Commit:
    """The commit in `text`, found at this stream and version.

    An unreadable snapshot becomes None, because it only repeats the events. Raises CorruptStream for any
    other fault; the reason names the field and quotes no value.
    """
    try:
        commit = _commit(_record_of(text))
    except _Unreadable as error:
        raise CorruptStream(stream, version, f"unreadable record: {error}") from error
    if (commit.stream, commit.version) != (stream, version):
        raise CorruptStream(
            stream, version, f"its record belongs to {commit.stream} version {commit.version}"
        )
    return commit


class _Unreadable(Exception):
    """The text is not a commit. The message names the field."""


def _members(part: DataclassInstance) -> dict[str, Any]:
    """The members of a part, without None. Raises TypeError for a wrong type."""
    if (name := _mistyped(part)) is not None:
        raise TypeError(f'"{name}" of {type(part).__name__} has the wrong type')
    values = ((name, getattr(part, name)) for name in _SHAPES[type(part)])
    return {name: value for name, value in values if value is not None}


def _record_of(text: str) -> dict[str, Any]:
    try:
        record = json.loads(text)
        if "\\u" in text:  # may be a lone surrogate, which no store can write
            json.dumps(record, ensure_ascii=False).encode()
    except RecursionError:
        raise _Unreadable("nested too deeply") from None
    except UnicodeError:
        raise _Unreadable("contains a lone surrogate") from None
    except ValueError as error:
        raise _Unreadable(f"is not JSON: {error}") from None
    if not isinstance(record, dict):
        raise _Unreadable("is not an object")
    return record


def _commit(record: dict[str, Any]) -> Commit:
    if record.get("format") != FORMAT:
        raise _Unreadable(f'"format" is not {FORMAT}')
    head = record.pop("head", None)
    record["definition"] = _part(DefinitionStamp, record.get("definition"), "definition")
    record["commands"] = _parts(StoredCommand, record.get("commands"), "commands")
    record["events"] = _parts(StoredEvent, record.get("events"), "events")
    if "snapshot" in record:
        record["snapshot"] = _snapshot(record["snapshot"])
    commit = _part(Commit, record)
    if not _is_time(commit.time):
        raise _Unreadable('"time" is not an RFC 3339 timestamp')
    if not commit.events or type(head) is not int or head != commit.head:
        raise _Unreadable(f'"head" does not match the number of events, {len(commit.events):,}')
    return commit


def _snapshot(record: Any) -> Snapshot | None:
    """The snapshot, or None if it is unreadable; see `decode`."""
    try:
        commands = _parts(RecentCommand, record["commands"], "commands")
        return _part(Snapshot, {**record, "commands": commands})
    except (_Unreadable, TypeError, LookupError):
        return None


def _parts(shape: type[Part], records: Any, place: str) -> tuple[Part, ...]:
    if not isinstance(records, list):
        raise _Unreadable(f'"{place}" is not a list')
    return tuple(_part(shape, record, place, index) for index, record in enumerate(records))


def _part(shape: type[Part], record: Any, place: str = "", index: int | None = None) -> Part:
    """Build one part of the record. `place`, `index`: of the part, for the reason."""
    try:
        part = shape(**record)
    except TypeError:
        raise _Unreadable(_misfit(shape, record, place, index)) from None
    if (name := _mistyped(part)) is not None:
        raise _Unreadable(f"{_quoted(name, place, index)} must be {_expected(_SHAPES[shape][name])}")
    return part


def _misfit(shape: type[DataclassInstance], record: Any, place: str, index: int | None) -> str:
    if not isinstance(record, dict):
        return f"{_quoted('', place, index)} is not an object"
    for field in fields(shape):
        if field.default is MISSING and field.name not in record:
            return f"{_quoted(field.name, place, index)} is missing"
    unknown = next(name for name in record if name not in _SHAPES[shape])
    return f"{_quoted(printable(unknown), place, index)} is unknown"


def _quoted(name: str, place: str, index: int | None) -> str:
    where = place if index is None else f"{place}[{index}]"
    return f'"{".".join(filter(None, (where, name)))}"'


def _expected(types: Sequence[type]) -> str:
    return " or ".join(_TYPE_NAMES[one] for one in types if one in _TYPE_NAMES)


def _mistyped(part: DataclassInstance) -> str | None:
    """The first field of the wrong type. Compares types exactly, because isinstance(True, int) holds."""
    for name, expected in _SHAPES[type(part)].items():
        if type(getattr(part, name)) not in expected:
            return name
    return None


def _is_time(text: str) -> bool:
    """Whether `text` is an RFC 3339 timestamp; the written form is checked first, because it is faster."""
    try:
        if _WRITTEN_TIME.fullmatch(text) and datetime.fromisoformat(text):
            return True
    except ValueError:
        return False
    try:
        Timestamp.parse(text)
    except EvaluationError:
        return False
    return True


def _shape(stored: type[DataclassInstance]) -> dict[str, tuple[type, ...]]:
    """The allowed types of each field."""
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
