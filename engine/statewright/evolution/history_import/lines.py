"""Parses a file of events, one JSON object per line. Each line is validated on its own.

Owns the keys of a line. `statewright.evolution.history_import.streams` checks lines against machines and
earlier lines.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from statewright.diagnostics import hint
from statewright.errors import EvaluationError
from statewright.language.cel import Timestamp
from statewright.stores.keys import ID_PATTERN, NAME_PATTERN, stream_key
from statewright.strict_json import Malformed, bounded_lines, printable, read_json, whole

LINE_BYTES_MAX = 2 * 1024 * 1024  # the largest commit with every character escaped
TEXT_LENGTH_MAX = 128
STREAM_LENGTH_MAX = 256  # longer than any valid key; the key pattern has the better message
KEYS = (
    *("stream", "version", "type", "event_version", "data", "time"),
    *("command_id", "actor_id", "correlation_id", "causation_id"),
)


@dataclass(frozen=True, slots=True)
class EventCause:
    """The cause of an event. All events of one command have the same."""

    command_id: str
    actor_id: str = ""
    correlation_id: str | None = None
    causation_id: str | None = None


@dataclass(frozen=True, slots=True)
class ExportedEvent:
    """One exported event. `number`: its line, from 1. `time`: RFC 3339 in UTC with six digits.

    `event_version`: the version of its payload, 1 by default.
    """

    number: int
    stream: str
    version: int
    type: str
    data: Mapping[str, Any]
    time: str
    cause: EventCause
    event_version: int = 1


@dataclass(frozen=True, slots=True)
class ImportFault:
    """The first line of a stream that cannot be imported. `stream`: "" if the line names no stream."""

    stream: str
    line: int
    reason: str


def parse_lines(file: IO[bytes]) -> Iterator[ExportedEvent | ImportFault]:
    """Parse every non-blank line. A line without a stream counts as a fault of the stream before it."""
    stream = ""
    for number, text in _numbered(file):
        try:
            line = _line(number, _fields(text))
            stream = line.stream
            yield line
        except Malformed as error:
            stream = _named(text) or stream
            yield ImportFault(stream, number, str(error))


def _numbered(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Numbered lines, cut to one byte more than the limit."""
    lines = enumerate(bounded_lines(file, bytes_max=LINE_BYTES_MAX + 1), 1)
    return ((number, text) for number, text in lines if text.strip())


def _fields(text: bytes) -> dict[str, Any]:
    if len(text) > LINE_BYTES_MAX:
        raise Malformed("line", f"is longer than {LINE_BYTES_MAX:,} bytes")
    try:
        fields = read_json(text.decode(), place="line")
    except UnicodeDecodeError as error:
        raise Malformed("line", f"is not UTF-8, byte {error.start + 1}") from None
    if not isinstance(fields, dict):
        raise Malformed("line", "must be an object")
    return fields


def _named(text: bytes) -> str:
    """The stream that an invalid line names, or "" if it cannot be read. The fault is reported for it."""
    try:
        fields = json.loads(text.decode(errors="replace"))
        stream = _text(fields, "stream", length_max=STREAM_LENGTH_MAX) if isinstance(fields, dict) else ""
    except (ValueError, RecursionError, Malformed):
        return ""
    return stream.encode(errors="replace").decode()


def _line(number: int, fields: dict[str, Any]) -> ExportedEvent:
    for key in fields:
        if key not in KEYS:
            raise Malformed("line", f'unknown key "{printable(key)}"{hint(printable(key), KEYS)}')
    stream = _stream(fields)
    version = _version(fields, "version")
    return ExportedEvent(
        number,
        stream,
        version,
        _matching(fields, "type", NAME_PATTERN),
        _data(fields),
        _time(fields),
        _cause(fields, version),
        1 if fields.get("event_version") is None else _version(fields, "event_version"),
    )


def _stream(fields: Mapping[str, Any]) -> str:
    stream = _text(fields, "stream", length_max=STREAM_LENGTH_MAX)
    machine, _, aggregate_id = stream.partition("/")
    try:
        stream_key(machine, aggregate_id)
    except ValueError as error:
        raise Malformed("stream", f"must be machine/aggregate_id: {error}") from None
    return stream


def _version(fields: Mapping[str, Any], key: str) -> int:
    version = whole(fields.get(key))
    if version is not None and version >= 1:
        return version
    raise Malformed(key, "must be an integer of at least 1")


def _data(fields: Mapping[str, Any]) -> dict[str, Any]:
    data = fields.get("data")
    if not isinstance(data, dict):
        raise Malformed("data", "must be an object")
    return data


def _time(fields: Mapping[str, Any]) -> str:
    try:
        return Timestamp.parse(_text(fields, "time")).commit_time()
    except EvaluationError as error:
        raise Malformed("time", str(error)) from None


def _cause(fields: Mapping[str, Any], version: int) -> EventCause:
    """The cause of an event. A missing command id is derived from the version."""
    return EventCause(
        f"imported:{version}"
        if fields.get("command_id") is None
        else _matching(fields, "command_id", ID_PATTERN),
        _text(fields, "actor_id", default=""),
        _text(fields, "correlation_id", default="") or None,
        _text(fields, "causation_id", default="") or None,
    )


def _matching(fields: Mapping[str, Any], key: str, pattern: re.Pattern[str]) -> str:
    value = _text(fields, key)
    if not pattern.fullmatch(value):
        raise Malformed(key, f"must match {pattern.pattern}")
    return value


def _text(
    fields: Mapping[str, Any], key: str, *, default: str | None = None, length_max: int = TEXT_LENGTH_MAX
) -> str:
    """A string; required without a default. Null counts as absent."""
    value = default if fields.get(key) is None else fields[key]
    if value is None:
        raise Malformed(key, "is required and must be a string")
    if not isinstance(value, str) or len(value) > length_max:
        raise Malformed(key, f"must be a string of at most {length_max:,} characters")
    return value
