"""Compares a fold with snapshots, with another definition's fold, and with declared payloads and data.

Pure. Replay validates nothing, and events do not store the aggregate's data, so only these comparisons reveal
a changed `set`, or a schema or invariant that stored history does not fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from statewright.canonical import canonical_json
from statewright.evolution.verify.results import FaultCause, StreamFault
from statewright.language.schema.payloads import PayloadError
from statewright.machine.compiled import Machine
from statewright.machine.data_checks import check_invariants, checked_data
from statewright.machine.messages import AggregateState, RefusalKind
from statewright.machine.refusals import Refusal
from statewright.runtime.replay import read_payload
from statewright.stores.record import Commit, StoredEvent


def payload_fault(machine: Machine, commit: Commit) -> StreamFault | None:
    """The first event whose payload does not fit its schema. Events of older versions are skipped."""
    for version, event in enumerate(commit.events, commit.version):
        if reason := _unfit(machine, event):
            place = f'{commit.stream} at version {version}: event "{event.type}"'
            return StreamFault(FaultCause.PAYLOAD_UNFIT, version, f"{place}: {reason}")
    return None


def snapshot_fault(machine: Machine, state: AggregateState, commit: Commit) -> StreamFault | None:
    """Compare the commit's snapshot with `state`, folded from the first event.

    A snapshot of another behaviour is compared only in the data that both definitions declare. Snapshots that
    the handler would ignore are ignored.
    """
    snapshot = commit.snapshot
    if snapshot is None or snapshot.head != commit.head:
        return None
    try:
        stored = read_payload(snapshot.data)
    except ValueError:
        return None
    place = f"{commit.stream} at version {commit.head}"
    if snapshot.behaviour != machine.behaviour:
        if (name := _other_value(state.data, stored)) is None:
            return None
        by = f"the snapshot stored by definition version {commit.definition.version}"
        return StreamFault(FaultCause.DATA_DIFFER, commit.head, f'{place}: "{name}" differs from {by}')
    if (snapshot.leaf, canonical_json(stored)) == (state.leaf, canonical_json(state.data)):
        return None
    what = "state" if snapshot.leaf != state.leaf else f'"{_first_difference(state.data, stored)}"'
    reason = f"{what} in the snapshot differs from the folded events; commands are decided on the snapshot"
    return StreamFault(FaultCause.SNAPSHOT_DIFFERS, commit.head, f"{place}: {reason}")


def fold_fault(
    machine: Machine, state: AggregateState, *, stream: str, other: Machine, other_state: AggregateState
) -> StreamFault | None:
    """Compare the final states under both definitions, in the data that both declare."""
    place = f"{stream} at version {state.version}"
    if machine.state_names.current(other_state.leaf)[0] != state.leaf:
        reason = (
            f'{place}: the state is "{state.leaf}", but "{other_state.leaf}" under version {other.version}'
        )
        return StreamFault(FaultCause.DIVERGED, state.version, reason)
    if (name := _other_value(state.data, other_state.data)) is None:
        return None
    reason = f'{place}: "{name}" differs from its value under definition version {other.version}'
    return StreamFault(FaultCause.DATA_DIFFER, state.version, reason)


def data_fault(machine: Machine, state: AggregateState, *, stream: str) -> StreamFault | None:
    """Check the data after the last event. If it does not fit, commands that leave it unchanged are refused.

    Final states are skipped, because they accept no commands.
    """
    if machine.definition.states[state.leaf].final:
        return None
    try:
        checked_data(machine, state, state, budget=None)
        check_invariants(machine, state, budget=None)
    except Refusal as refusal:
        is_invariant = refusal.kind is RefusalKind.INVARIANT
        cause = FaultCause.INVARIANT_VIOLATED if is_invariant else FaultCause.DATA_UNFIT
        reason = _invariant_reason(refusal) if is_invariant else refusal.message
        return StreamFault(cause, state.version, f"{stream} at version {state.version}: {reason}")
    return None


def _invariant_reason(refusal: Refusal) -> str:
    """The reason without the refusal's own message, which may quote data."""
    assert refusal.refused_by is not None
    what = "does not hold" if refusal.code == "INVARIANT_VIOLATED" else "cannot be evaluated"
    return f"the invariant {refusal.refused_by.expression} {what}"


def _unfit(machine: Machine, event: StoredEvent) -> str | None:
    spec = machine.event_spec(event.type)
    if spec is None or event.event_version != spec.version:
        return None
    renamed = {spec.fields_renamed.get(name, name): value for name, value in read_payload(event.data).items()}
    try:
        spec.payload.conform({name: renamed[name] for name in renamed.keys() & spec.payload.fields.keys()})
    except PayloadError as error:
        return str(error)
    return None


def _first_difference(data: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """The first field that has different values, or that only one of them has."""
    apart = sorted(data.keys() ^ other.keys())
    return _other_value(data, other) or apart[0]


def _other_value(data: Mapping[str, Any], other: Mapping[str, Any]) -> str | None:
    """The first field that both have with different values."""
    shared = sorted(data.keys() & other.keys())
    return next((name for name in shared if canonical_json(data[name]) != canonical_json(other[name])), None)
