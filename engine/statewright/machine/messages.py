"""What crosses the core: commands in, events and outcomes out.

Frozen values only. `handler` builds commands from SQS records and turns outcomes into answers, and events
into stored records. Payloads (`data`) hold JSON values and are never changed in place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

REFUSED = "$refused"  # the reserved event that records a refusal: identity in every state


@dataclass(frozen=True, slots=True)
class Actor:
    """Who sends a command; no actor means id "" and no roles."""

    id: str = ""
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """A wish, as received: its payload is not yet checked against any definition.

    `expected_version`: the stream's version that the sender saw; 0 means that it must not exist.
    `digest`: SHA-256 (hex) of the canonical JSON of (name, data); tells a repetition from a reused id.
    """

    id: str
    machine: str
    aggregate_id: str
    name: str
    data: Mapping[str, Any]
    digest: str
    actor: Actor = Actor()
    expected_version: int | None = None
    correlation_id: str | None = None
    causation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """A fact. `leaf` is the state after it; `entered` the topmost state that it entered, None if none."""

    type: str
    data: Mapping[str, Any]
    leaf: str
    entered: str | None = None
    event_version: int = 1


@dataclass(frozen=True, slots=True)
class AggregateState:
    """Where an aggregate is: `version` counts its events, 0 means that it does not exist yet."""

    leaf: str
    data: Mapping[str, Any]
    version: int


@dataclass(frozen=True, slots=True)
class BranchTrace:
    """How one branch was judged. `result`: 'chosen', 'guard is false', 'role is missing' or 'error: …'.

    `saw` maps each name that the guard reads (`data.paid`) to the value that it had.
    """

    branch: int
    result: str
    guard: str | None = None
    saw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Accepted:
    """`events`: what to append, oldest first; empty when the branch says `emit: []`. `state`: after them."""

    events: tuple[Event, ...]
    state: AggregateState
    trace: tuple[BranchTrace, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A business refusal that explains itself. `accepts_now`: the commands that this leaf lists."""

    code: str
    message: str
    leaf: str
    accepts_now: tuple[str, ...] = ()
    trace: tuple[BranchTrace, ...] = ()
    on_refusal: str | None = None  # the branch's own wish: redeliver, dead_letter, record or drop


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The stream already holds this command; `outcome` is what it came to then ('accepted' or a code)."""

    outcome: str


@dataclass(frozen=True, slots=True)
class Invalid:
    """Can never succeed as it stands. `reason` names the field and never quotes a payload's value.

    `unknown`: the machine or the command is not known here, so a newer definition may make it valid.
    """

    reason: str
    unknown: bool = False


Verdict = Accepted | Rejected | Invalid  # what `decide` gives
Outcome = Accepted | Duplicate | Rejected | Invalid
