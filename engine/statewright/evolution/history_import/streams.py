"""Folds the lines of each stream into commits as the handler would have stored them.

Checks that versions have no gaps, payloads fit and every event has a move. Holds one stream in memory at a
time, and only reads the given file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, groupby
from operator import attrgetter
from typing import IO, Any

from statewright.canonical import canonical_json
from statewright.diagnostics import hint
from statewright.errors import EvaluationError, UnknownMove, UpcastError
from statewright.evolution.history_import.commits import CommitBuilder, Unstorable
from statewright.evolution.history_import.lines import ExportedEvent, ImportFault, parse_lines
from statewright.language.cel import evaluate
from statewright.language.model import EventSpec
from statewright.language.schema.payloads import PayloadError
from statewright.machine.compiled import Machine
from statewright.machine.evolve import evolve
from statewright.machine.messages import AggregateState, Event
from statewright.machine.size_limits import CHARACTERS_MAX, characters_after
from statewright.machine.upcasting import upcast
from statewright.stores.record import Commit, StoredEvent


@dataclass(frozen=True, slots=True)
class FoldedStream:
    """A stream that folds. `commits`: oldest first, from version 1. `state`: after all commits.

    `broken_rule`: the message of the schema or invariant that the data breaks, if any.
    """

    stream: str
    machine: Machine
    commits: tuple[Commit, ...]
    state: AggregateState
    broken_rule: str | None


def fold_streams(file: IO[bytes], machines: Mapping[str, Machine]) -> Iterator[FoldedStream | ImportFault]:
    """Yield each stream of the file in order, or its first fault if it does not fold.

    A stream whose lines are not consecutive yields one result for each group of lines.
    """
    seen: set[str] = set()
    for stream, lines in groupby(parse_lines(file), key=attrgetter("stream")):
        try:
            yield _folded_stream(stream, lines, machines, seen_before=stream in seen)
        except _Unfit as unfit:
            yield ImportFault(stream, unfit.line, unfit.reason)
        seen.add(stream)


class _Unfit(Exception):
    """The current stream cannot be imported. Never raised to callers of this module."""

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        self.reason = reason


def _folded_stream(
    stream: str,
    found: Iterable[ExportedEvent | ImportFault],
    machines: Mapping[str, Machine],
    *,
    seen_before: bool,
) -> FoldedStream:
    lines = _readable(found)
    first = next(lines)
    if seen_before:
        raise _Unfit(first.number, "its lines are not consecutive; sort the export by stream and version")
    machine = _machine_of(first, machines)
    builder = CommitBuilder(machine, stream)
    for _, together in groupby(_in_order(chain([first], lines)), key=attrgetter("time", "cause")):
        _build_commit(builder, together)
    broken_rule = _broken_rule(machine, builder.state)
    return FoldedStream(stream, machine, tuple(builder.commits), builder.state, broken_rule)


def _readable(found: Iterable[ExportedEvent | ImportFault]) -> Iterator[ExportedEvent]:
    for line in found:
        if isinstance(line, ImportFault):
            raise _Unfit(line.line, line.reason)
        yield line


def _machine_of(line: ExportedEvent, machines: Mapping[str, Machine]) -> Machine:
    name = line.stream.partition("/")[0]
    if name not in machines:
        raise _Unfit(line.number, f'no definition declares machine "{name}"{hint(name, list(machines))}')
    return machines[name]


def _in_order(lines: Iterable[ExportedEvent]) -> Iterator[ExportedEvent]:
    version, time = 0, ""
    for line in lines:
        if line.version != version + 1:
            raise _Unfit(line.number, f"expected version {version + 1}, not {line.version}")
        if line.time < time:
            raise _Unfit(line.number, f"time {line.time} is before {time}, the time of version {version}")
        version, time = line.version, line.time
        yield line


def _build_commit(builder: CommitBuilder, lines: Iterator[ExportedEvent]) -> None:
    """Add one commit for the events of one command. Reads a line only after the one before it folds."""
    first, events, state, characters = None, [], builder.state, builder.characters
    for line in lines:
        first = first or line
        if line.cause.command_id in builder.command_ids:
            rule = "its events must be consecutive, with the same time, actor, correlation and causation"
            raise _Unfit(line.number, f'command "{line.cause.command_id}" appears again; {rule}')
        event, after = _folded(builder.machine, state, line)
        characters = characters_after(characters, state.data, after.data)
        if characters > CHARACTERS_MAX:
            raise _Unfit(line.number, f"the data exceeds {CHARACTERS_MAX:,} characters after this event")
        events.append(event)
        state = after
    assert first is not None
    try:
        builder.add(tuple(events), state, characters, time=first.time, cause=first.cause)
    except Unstorable as error:
        raise _Unfit(first.number, str(error)) from None


def _folded(
    machine: Machine, state: AggregateState, line: ExportedEvent
) -> tuple[StoredEvent, AggregateState]:
    """The event in stored form, and the state after it."""
    name, data = _declared(machine, line)
    try:
        step = machine.transition(state.leaf, name)
        after = evolve(machine, state, Event(name, data, step.leaf, step.entered, step.event_version))
    except UnknownMove as error:
        raise _Unfit(line.number, error.reason) from None
    except EvaluationError as error:
        reason = f'a value that event "{name}" sets cannot be computed: {error}'
        raise _Unfit(line.number, reason) from None
    return StoredEvent(name, canonical_json(data), step.leaf, step.entered, step.event_version), after


def _declared(machine: Machine, line: ExportedEvent) -> tuple[str, Mapping[str, Any]]:
    """Type and payload under current names, upcast to the current version and validated."""
    events = machine.definition.events
    spec = EventSpec(line.type, machine.open_payload) if events is None else machine.event_spec(line.type)
    if spec is None:
        known = hint(line.type, list(events or ()))
        raise _Unfit(line.number, f'machine "{machine.name}" declares no event "{line.type}"{known}')
    if line.event_version > spec.version:
        reason = f'event "{spec.name}" has versions up to {spec.version}, not {line.event_version}'
        raise _Unfit(line.number, reason)
    payload = {spec.fields_renamed.get(name, name): value for name, value in line.data.items()}
    if len(payload) < len(line.data):
        twice = next(old for old, new in spec.fields_renamed.items() if {old, new} <= line.data.keys())
        raise _Unfit(line.number, f'data: "{twice}" is the former name of a field that is also present')
    try:
        if line.event_version < spec.version:
            stored = machine.open_payload.conform(line.data)
            return spec.name, upcast(spec, stored, event_version=line.event_version)
        return spec.name, spec.payload.conform(payload)
    except UpcastError as error:
        raise _Unfit(line.number, f"data: {error}") from None
    except PayloadError as error:
        raise _Unfit(line.number, f"data.{error}" if error.path else f"data: {error}") from None


def _broken_rule(machine: Machine, state: AggregateState) -> str | None:
    """The message of the schema or invariant that the data breaks, so that commands are refused."""
    try:
        machine.data_payload.conform(state.data)
        values = {"data": state.data, "state": state.leaf}
        for invariant in machine.definition.invariants:
            if evaluate(invariant.check, values) is not True:
                return invariant.message
    except PayloadError as error:
        return f"data.{error}"
    except EvaluationError as error:
        return f"an invariant cannot be evaluated: {error}"
    return None
