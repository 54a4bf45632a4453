"""Stored commits to state: each event of a commit is folded, whatever is wrong stops this one stream.

Pure. Payloads come back from their text, which is not trusted to be readable.
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
    """The stream holds a commit of a newer definition, whose events ours must not fold."""

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
    """Raises DefinitionBehind: a newer definition may fold the same events to other data, unnoticed here.

    A snapshot under our behaviour shows that both fold alike.
    """
    alike = commit.snapshot is not None and commit.snapshot.behaviour == machine.behaviour
    if commit.definition.version > machine.version and not alike:
        raise DefinitionBehind(commit, definition_version=machine.version)


def payload_bytes(events: Iterable[StoredEvent]) -> int:
    """A cheap measure of how much a load will have to read."""
    return sum(len(event.data.encode()) for event in events)


def read_payload(text: str) -> dict[str, Any]:
    """Raises ValueError for what was never stored: no JSON object, nested too deep, a number beyond a double,
    half of a surrogate pair.
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
