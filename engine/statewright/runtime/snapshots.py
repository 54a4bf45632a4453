"""Snapshots: when a commit gets one, its contents, and whether a stored one can be used.

Pure. Snapshots are disposable, so a faulty one is a miss and never an error.
"""

from __future__ import annotations

from collections.abc import Iterable

from statewright.canonical import canonical_json
from statewright.language.schema.payloads import PayloadError
from statewright.machine.compiled import Machine
from statewright.machine.messages import AggregateState
from statewright.runtime.replay import read_payload
from statewright.stores.keys import is_message_trace
from statewright.stores.record import FORMAT, Commit, RecentCommand, Snapshot

SNAPSHOT_AFTER_BYTES = 256 * 1024
COMMANDS_MAX = 256


def snapshot_due(*, events: int, payload_bytes: int, every: int) -> bool:
    """Whether a snapshot is due. `events`, `payload_bytes`: since the last usable one. `every`: in events."""
    return events >= every or payload_bytes >= SNAPSHOT_AFTER_BYTES


def snapshot_of(machine: Machine, state: AggregateState, known: Iterable[RecentCommand]) -> Snapshot:
    """A snapshot of `state`. `known`: the stream's commands, oldest first; the latest are included.

    Traces of messages without events are left out, because their redeliveries follow soon.
    """
    commands = [command for command in known if not is_message_trace(command.id)]
    return Snapshot(
        behaviour=machine.behaviour,
        head=state.version,
        leaf=state.leaf,
        data=canonical_json(state.data),
        commands=tuple(commands[-COMMANDS_MAX:]),
    )


def restored(machine: Machine, commit: Commit) -> AggregateState | None:
    """The state in the commit's snapshot; None if this machine cannot use it."""
    snapshot = commit.snapshot
    if snapshot is None or commit.format != FORMAT:
        return None
    if snapshot.behaviour != machine.behaviour or snapshot.head != commit.head:
        return None
    if snapshot.leaf not in machine.rows:
        return None
    try:
        data = read_payload(snapshot.data)
        # Only validates. As in a fold from the first event, the state gets the values that `read` returns.
        machine.data_payload.conform(data)
    except (ValueError, PayloadError):
        return None
    return AggregateState(snapshot.leaf, machine.data_payload.read(data), snapshot.head)
