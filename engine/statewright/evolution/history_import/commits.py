"""Builds commits with snapshots from folded events, as the handler would have stored them.

Pure. Commits do not depend on later events, so an import that is run again builds the same ones.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from statewright.evolution.history_import.lines import EventCause
from statewright.language.schema.unchanged import NOTHING
from statewright.machine.compiled import Machine
from statewright.machine.messages import AggregateState
from statewright.machine.size_limits import COMMIT_BYTES_MAX, characters_beyond
from statewright.runtime.policy import CONTENT_BYTES_MAX, Policy
from statewright.runtime.replay import payload_bytes
from statewright.runtime.snapshots import COMMANDS_MAX, snapshot_due, snapshot_of
from statewright.stores.record import (
    ACCEPTED,
    UNKNOWN_DIGEST,
    Commit,
    DefinitionStamp,
    RecentCommand,
    StoredCommand,
    StoredEvent,
)
from statewright.stores.record_text import encode


class Unstorable(Exception):
    """The events of a command, or the data after them, do not fit into a commit."""

    def __init__(self, command_id: str, reason: str) -> None:
        super().__init__(f'command "{command_id}" {reason}')


class CommitBuilder:
    """The commits of one stream so far. `state`: after all of them. `characters`: the size of its data."""

    def __init__(self, machine: Machine, stream: str) -> None:
        self.state = machine.initial
        self.characters = characters_beyond(self.state.data, NOTHING)
        self.commits: list[Commit] = []
        self.command_ids: set[str] = set()
        self.machine = machine
        self._stream = stream
        self._stamp = DefinitionStamp(machine.version, machine.digest)
        self._recent: deque[RecentCommand] = deque(maxlen=COMMANDS_MAX)
        self._events_since_snapshot = 0
        self._bytes_since_snapshot = 0

    def add(
        self,
        events: tuple[StoredEvent, ...],
        state: AggregateState,
        characters: int,
        *,
        time: str,
        cause: EventCause,
    ) -> None:
        """Add a commit with all events of a command. `state`, `characters`: after them. Raises Unstorable."""
        command = StoredCommand(
            cause.command_id,
            UNKNOWN_DIGEST,
            ACCEPTED,
            len(events),
            cause.actor_id,
            cause.correlation_id,
            cause.causation_id,
        )
        version = self.state.version + 1
        commit = Commit(self._stream, version, time, self._stamp, (command,), events)
        if (size_bytes := len(encode(commit).encode())) > CONTENT_BYTES_MAX:
            reason = f"has {size_bytes:,} bytes of events; the maximum is {CONTENT_BYTES_MAX:,}"
            raise Unstorable(command.id, reason)
        self.state, self.characters = state, characters
        self.command_ids.add(command.id)
        self._recent.append(RecentCommand(command.id, command.digest, command.outcome))
        self._events_since_snapshot += len(events)
        self._bytes_since_snapshot += payload_bytes(events)
        self.commits.append(self._with_snapshot(commit))

    def _with_snapshot(self, commit: Commit) -> Commit:
        """The commit with a snapshot, if one is due and fits."""
        if not snapshot_due(
            events=self._events_since_snapshot,
            payload_bytes=self._bytes_since_snapshot,
            every=Policy().snapshot_every,
        ):
            return commit
        try:
            snapshot = snapshot_of(self.machine, self.state, self._recent)
        except ValueError:
            [command] = commit.commands
            raise Unstorable(
                command.id, "leaves a number in the data that is too large for a double"
            ) from None
        larger = replace(commit, snapshot=snapshot)
        if len(encode(larger).encode()) > COMMIT_BYTES_MAX:
            return commit
        self._events_since_snapshot = self._bytes_since_snapshot = 0
        return larger
