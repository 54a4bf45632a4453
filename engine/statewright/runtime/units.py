"""Splits a batch into units that may run in parallel. Messages that must keep their order share a unit.

A unit is one aggregate's commands on a standard queue, and one message group on a FIFO queue. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from statewright.machine.messages import Command, Invalid
from statewright.runtime.message import Message
from statewright.runtime.results import Failure
from statewright.stores.keys import message_trace_id, stream_key


@dataclass(frozen=True, slots=True)
class Delivery:
    """A command and the message that brought it."""

    message: Message
    command: Command

    @property
    def stored_ids(self) -> tuple[str, ...]:
        """The ids that a stream may contain for it: the command's and, on FIFO, the message's."""
        if self.message.group is None:
            return (self.command.id,)
        return self.command.id, message_trace_id(self.message.message_id)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A message without a command: Invalid if the body is wrong, a Failure if the record is malformed."""

    message: Message
    outcome: Invalid | Failure
    command: None = None


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive commands to one aggregate, in arrival order."""

    machine: str
    stream: str
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """Messages to settle in order. `fifo`: a failure holds back the messages after it."""

    fifo: bool
    steps: tuple[Run | Unreadable, ...]

    @property
    def entries(self) -> tuple[Delivery | Unreadable, ...]:
        """All messages of the unit, in order."""
        return tuple(
            entry for step in self.steps for entry in (step.deliveries if isinstance(step, Run) else (step,))
        )


def units_of(batch: Iterable[tuple[Message, Command | Invalid | Failure]]) -> tuple[Unit, ...]:
    """The units of a batch, which is in arrival order."""
    groups: dict[tuple[str, ...], list[Delivery | Unreadable]] = {}
    for index, (message, content) in enumerate(batch):
        entry = Delivery(message, content) if isinstance(content, Command) else Unreadable(message, content)
        groups.setdefault(_key(entry, index), []).append(entry)
    return tuple(Unit(key[0] == "group", _steps(entries)) for key, entries in groups.items())


def _key(entry: Delivery | Unreadable, index: int) -> tuple[str, ...]:
    """Equal for messages that must keep their order; unique for an unreadable one on a standard queue."""
    message = entry.message
    if message.group is not None:
        return ("group", message.source, message.group)
    stream = _stream_of(entry)
    return ("alone", str(index)) if stream is None else ("stream", stream)


def _steps(entries: Sequence[Delivery | Unreadable]) -> tuple[Run | Unreadable, ...]:
    steps: list[Run | Unreadable] = []
    for stream, consecutive in groupby(entries, key=_stream_of):
        if stream is None:
            steps += (entry for entry in consecutive if isinstance(entry, Unreadable))
        else:
            deliveries = tuple(entry for entry in consecutive if isinstance(entry, Delivery))
            steps.append(Run(deliveries[0].command.machine, stream, deliveries))
    return tuple(steps)


def _stream_of(entry: Delivery | Unreadable) -> str | None:
    if isinstance(entry, Unreadable):
        return None
    return stream_key(entry.command.machine, entry.command.aggregate_id)
