"""Folds stored commits to a state. A fault affects only its own stream.

Pure. Payloads are parsed from stored text, which may be unreadable.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from typing import Any

from statewright.errors import CorruptStream, StatewrightError
from statewright.machine.compiled import Machine
from statewright.machine.evolve import replay
from statewright.machine.messages import AggregateState, Event
from statewright.stores.record import Commit, StoredEvent


class DefinitionBehind(StatewrightError):
    """The stream contains a commit of a newer definition, which an older one must not fold."""

    def __init__(self, commit: Commit, *, definition_version: int) -> None:
        super().__init__(
            f"{commit.stream} at version {commit.version} was stored by definition version "
            f"{commit.definition.version}, which is newer than version {definition_version}"
        )


def fold(machine: Machine, state: AggregateState, commit: Commit) -> AggregateState:
    """The state after all events of `commit`. Raises ReplayError, DefinitionBehind, CorruptStream."""
    refuse_newer(machine, commit)
    stored_by = commit.definition.version
    return replay(machine, state, _events(commit), stream=commit.stream, stored_by=stored_by)


def refuse_newer(machine: Machine, commit: Commit) -> None:
    """Raise DefinitionBehind if the commit was stored by a newer definition.

    The newer definition may fold the same events to other data, and that would go unnoticed. A snapshot with
    this machine's behaviour digest proves that both fold alike.
    """
    alike = commit.snapshot is not None and commit.snapshot.behaviour == machine.behaviour
    if commit.definition.version > machine.version and not alike:
        raise DefinitionBehind(commit, definition_version=machine.version)


def payload_bytes(events: Iterable[StoredEvent]) -> int:
    """The size of the payloads, as a cheap estimate of the cost of a load."""
    return sum(len(event.data.encode()) for event in events)


def read_payload(text: str) -> dict[str, Any]:
    """The stored payload. Raises ValueError unless the text is a JSON object that a store could have written.

    Text that is nested too deeply, has a number beyond the range of a double or a lone surrogate is refused.
    """
    try:
        data = _DECODER.decode(text)
        if "\\u" in text:
            json.dumps(data, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(data, dict):
        raise ValueError("not an object")
    return data


def payload_of(commit: Commit, index: int) -> dict[str, Any]:
    """The payload of the commit's event at `index`, from 0. Raises CorruptStream."""
    event = commit.events[index]
    try:
        return read_payload(event.data)
    except ValueError as error:
        reason = f'the "data" of event "{event.type}" cannot be read'
        raise CorruptStream(commit.stream, commit.version + index, reason) from error


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("not a finite number")
    return value


_DECODER = json.JSONDecoder(parse_float=_finite, parse_constant=_finite)


def _events(commit: Commit) -> Iterator[Event]:
    for index, event in enumerate(commit.events):
        data = payload_of(commit, index)
        yield Event(event.type, data, event.leaf, event.entered, event.event_version)
