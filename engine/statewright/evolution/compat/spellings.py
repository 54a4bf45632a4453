"""How streams and queues that are older than the old version may hold its events and commands.

Under former names and versions; also events that no command was seen to store where their moves begin, since
their moves are kept, or nobody can guess the command's payload. Pure.
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
    """The same event as former versions may have stored it: by another name, or in another version.

    An older version is given the same payload; whether that was possible shows when the old version folds it.
    """
    spec = (machine.definition.events or {}).get(event.type)
    for former in spec.renamed_from if spec else ():
        yield replace(event, type=former)
    for version in range(1, event.event_version):
        yield replace(event, event_version=version)
    for former, today in spec.fields_renamed.items() if spec else ():
        if today in event.data:
            yield replace(event, data=_respelled(event.data, today, former))
    for former in former_names(machine, event.leaf):
        yield replace(event, leaf=former)


def former_names(machine: Machine, leaf: str) -> Iterator[str]:
    """Absolute former names of a leaf: its own ones, and those of the states around it, one at a time."""
    for name in machine.definition.lineage(leaf):
        for former in own_former_names(machine, name):
            yield former + leaf.removeprefix(name)


def own_former_names(machine: Machine, name: str) -> Iterator[str]:
    """Absolute former names of a state, among its siblings of today."""
    parent, _, _ = name.rpartition(".")
    for former in machine.definition.states[name].renamed_from:
        yield former if "." in former or not parent else f"{parent}.{former}"


def older_requests(pair: Pair, request: CommandRequest) -> Iterator[CommandRequest]:
    """The same command with former names of fields, and with any field while nobody declared it."""
    old, new = ((machine.definition.commands or {}).get(request.command) for machine in (pair.old, pair.new))
    for former, today in old.fields_renamed.items() if old else ():
        if today in request.data:
            yield replace(request, data=_respelled(request.data, today, former))
    if old is None and new is not None:
        yield replace(request, data={**request.data, "undeclared": True})


def events_unseen(
    pair: Pair, state: AggregateState, stored: Collection[str], hints: list[Any]
) -> Iterator[Event]:
    """Events that move on from where the old version stands and that are not among the `stored`."""
    for (source, name), move in pair.old_moves.items():
        if source == state.leaf and name not in stored:
            spec = (pair.old.definition.events or {}).get(name)
            for payload in _payloads(spec, hints) if spec else ({},):
                yield Event(name, payload, move.leaf, move.entered, spec.version if spec else 1)


def _payloads(spec: EventSpec, hints: list[Any]) -> Iterator[dict[str, Any]]:
    """None where a field is required for which no value is known."""
    for payload in payloads_of(spec.payload.fields, hints):
        try:
            yield spec.payload.conform(payload)
        except PayloadError:
            continue


def _respelled(data: Mapping[str, Any], today: str, former: str) -> dict[str, Any]:
    return {former if name == today else name: value for name, value in data.items()}
