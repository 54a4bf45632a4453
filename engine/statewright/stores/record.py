"""The stored record of a commit.

NAMES AND SHAPES BELOW ARE STORED. Change them only together with `FORMAT` and a reader for the old format.

Payloads are JSON text, opaque to stores. Times are RFC 3339 in UTC with six fractional digits, so they sort
as text.
"""

from __future__ import annotations

from dataclasses import dataclass

FORMAT = 1
ACCEPTED = "accepted"
UNKNOWN_DIGEST = ""


@dataclass(frozen=True, slots=True)
class DefinitionStamp:
    """The definition that decided."""

    version: int
    digest: str


@dataclass(frozen=True, slots=True)
class StoredCommand:
    """A command in a commit; `events` is the number of events that it added.

    `outcome`: ACCEPTED, or the code of a recorded refusal. `digest`: of (command, data) as sent;
    UNKNOWN_DIGEST for imported history, whose commands are not known.

    With no events and an id from `keys.message_trace_id`, it is a message of a FIFO queue that was settled
    before this commit without events: dropped, or accepted with nothing to store.
    """

    id: str
    digest: str
    outcome: str
    events: int
    actor_id: str = ""
    correlation_id: str | None = None
    causation_id: str | None = None

    @property
    def recent(self) -> RecentCommand:
        """The entry for a snapshot."""
        return RecentCommand(self.id, self.digest, self.outcome)


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event in a commit.

    `data`: JSON text. `leaf`: the state after the event. `entered`: the topmost state that it entered.
    """

    type: str
    data: str
    leaf: str
    entered: str | None = None
    event_version: int = 1


@dataclass(frozen=True, slots=True)
class RecentCommand:
    """A command in a snapshot, so that repetitions are recognised without reading its commit."""

    id: str
    digest: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The aggregate after the commit that contains the snapshot. Usable only with the same behaviour digest.

    `behaviour`: the behaviour digest of the definition that folded it. `head`: its version. `data`: JSON
    text. `commands`: the latest ones, oldest first.
    """

    behaviour: str
    head: int
    leaf: str
    data: str
    commands: tuple[RecentCommand, ...] = ()


@dataclass(frozen=True, slots=True)
class Commit:
    """The unit of an append: consecutive events of one or more commands, stored atomically.

    Events have the versions `version` to `head`, without gaps.
    """

    stream: str
    version: int
    time: str
    definition: DefinitionStamp
    commands: tuple[StoredCommand, ...]
    events: tuple[StoredEvent, ...]
    snapshot: Snapshot | None = None
    format: int = FORMAT

    @property
    def head(self) -> int:
        """The version of the last event."""
        return self.version + len(self.events) - 1
