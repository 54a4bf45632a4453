"""The stored record: one commit as it stands on disk.

NAMES AND SHAPES BELOW ARE ON DISK. Change them only together with `FORMAT` and a reader for the old one.

Payloads are JSON text, opaque to every store. Times are RFC 3339 in UTC with six digits of fraction, so
that text order is time order.
"""

from __future__ import annotations

from dataclasses import dataclass

FORMAT = 1
ACCEPTED = "accepted"
UNKNOWN_DIGEST = ""


@dataclass(frozen=True, slots=True)
class DefinitionStamp:
    """Which definition decided."""

    version: int
    digest: str


@dataclass(frozen=True, slots=True)
class StoredCommand:
    """A command that a commit answers; `events` counts those it contributed.

    `outcome`: ACCEPTED, or the code of a recorded refusal. `digest`: of (command, data) as sent;
    UNKNOWN_DIGEST where nobody can tell what was asked for, as in a history from elsewhere.

    With no events and an id of `keys.message_trace_id`: a message of a FIFO queue that was deleted before
    this commit and contributed nothing, accepted without events or dropped.
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
        """What a snapshot would remember of it."""
        return RecentCommand(self.id, self.digest, self.outcome)


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """`data` is JSON text; `leaf` the state after the event, `entered` the topmost state it entered."""

    type: str
    data: str
    leaf: str
    entered: str | None = None
    event_version: int = 1


@dataclass(frozen=True, slots=True)
class RecentCommand:
    """What a snapshot remembers of a command, so that a repetition is known without its commit."""

    id: str
    digest: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The aggregate after the commit that carries it. Disposable: usable only under the same behaviour.

    `behaviour`: the behaviour digest of the definition that folded it. `head`: the version it stands at.
    `data`: JSON text. `commands`: the latest ones, oldest first.
    """

    behaviour: str
    head: int
    leaf: str
    data: str
    commands: tuple[RecentCommand, ...] = ()


@dataclass(frozen=True, slots=True)
class Commit:
    """The unit of one append: consecutive events of one or more commands, all or nothing.

    `version` is that of the first event; events have versions `version` to `head`, without gaps.
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
