"""Variants of events and commands that streams and queues older than the old version may contain.

These use former names and versions. They also include events that no command was seen to store, because their
moves are retired or the command's payload cannot be guessed. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from statewright.analysis.candidates import payloads_of
from statewright.analysis.requests import CommandRequest
from statewright.evolution.compat.correspondence import Pair
from statewright.language.model import EventSpec
from statewright.language.schema.payloads import PayloadError
from statewright.machine.compiled import Machine
from statewright.machine.messages import AggregateState, Event


def older_spellings(machine: Machine, event: Event) -> Iterator[Event]:
    """The event as former versions may have stored it, under a former name or event version.

    An older event version gets the same payload; folding by the old version shows whether that is possible.
    """
    spec = (machine.definition.events or {}).get(event.type)
    for former in spec.renamed_from if spec else ():
        yield replace(event, type=former)
    for version in range(1, event.event_version):
        yield replace(event, event_version=version)
    for former, now in spec.fields_renamed.items() if spec else ():
        if now in event.data:
            yield replace(event, data=_respelled(event.data, now, former))
    for former in former_names(machine, event.leaf):
        yield replace(event, leaf=former)


def former_names(machine: Machine, leaf: str) -> Iterator[str]:
    """Absolute former names of a leaf: its own, and those of enclosing states, one at a time."""
    for name in machine.definition.lineage(leaf):
        for former in own_former_names(machine, name):
            yield former + leaf.removeprefix(name)


def own_former_names(machine: Machine, name: str) -> Iterator[str]:
    """Absolute former names of a state under its current parent."""
    parent, _, _ = name.rpartition(".")
    for former in machine.definition.states[name].renamed_from:
        yield former if "." in former or not parent else f"{parent}.{former}"


def older_requests(pair: Pair, request: CommandRequest) -> Iterator[CommandRequest]:
    """The command with former field names, and with an extra field if the old version did not declare it."""
    old, new = ((machine.definition.commands or {}).get(request.command) for machine in (pair.old, pair.new))
    for former, now in old.fields_renamed.items() if old else ():
        if now in request.data:
            yield replace(request, data=_respelled(request.data, now, former))
    if old is None and new is not None:
        yield replace(request, data={**request.data, "undeclared": True})


def events_unseen(
    pair: Pair, state: AggregateState, stored: Collection[str], hints: list[Any]
) -> Iterator[Event]:
    """Events with a move from the old version's state that are not in `stored`."""
    for (source, name), move in pair.old_moves.items():
        if source == state.leaf and name not in stored:
            spec = (pair.old.definition.events or {}).get(name)
            for payload in _payloads(spec, hints) if spec else ({},):
                yield Event(name, payload, move.leaf, move.entered, spec.version if spec else 1)


def _payloads(spec: EventSpec, hints: list[Any]) -> Iterator[dict[str, Any]]:
    """Fitting payloads; empty if no value is known for a required field."""
    for payload in payloads_of(spec.payload.fields, hints):
        try:
            yield spec.payload.conform(payload)
        except PayloadError:
            continue


def _respelled(data: Mapping[str, Any], now: str, former: str) -> dict[str, Any]:
    return {former if name == now else name: value for name, value in data.items()}
