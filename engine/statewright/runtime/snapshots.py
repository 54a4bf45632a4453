"""Snapshots: when a commit should carry one, what it holds, and whether one that was found may be used.

Pure. A snapshot is disposable, so whatever is wrong with one makes it a miss and never an error.
`statewright.runtime.commit_plan` writes them, `statewright.runtime.loading` begins at them.
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
    """`events`, `payload_bytes`: since the last usable snapshot; `every`: so many events."""
    return events >= every or payload_bytes >= SNAPSHOT_AFTER_BYTES


def snapshot_of(machine: Machine, state: AggregateState, known: Iterable[RecentCommand]) -> Snapshot:
    """`known`: the stream's commands, oldest first, of which the latest are kept.

    Messages that were settled without an event are not: a redelivery follows soon.
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
    """The state that the commit's snapshot holds; None where there is none of use to this machine."""
    snapshot = commit.snapshot
    if snapshot is None or commit.format != FORMAT:
        return None
    if snapshot.behaviour != machine.behaviour or snapshot.head != commit.head:
        return None
    if snapshot.leaf not in machine.rows:
        return None
    try:
        data = read_payload(snapshot.data)
        # Judged only: a fold from the beginning would come to the values as they are read.
        machine.data_payload.conform(data)
    except (ValueError, PayloadError):
        return None
    return AggregateState(snapshot.leaf, machine.data_payload.read(data), snapshot.head)
