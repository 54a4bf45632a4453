"""What crosses the core: commands in, events and outcomes out.

Frozen values only. Payloads (`data`) hold JSON values and are never changed in place. Outcomes say what they
are by codes, kinds and paths; their messages are prose for people, and an author writes some of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from statewright.language.schema.payloads import Violation
from statewright.language.source.text import DocumentPath

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
class DataCheck:
    """That data fit their schemas: by which definition, and how many characters they have at least."""

    definition_digest: str
    characters: int


@dataclass(frozen=True, slots=True)
class AggregateState:
    """Where an aggregate is: `version` counts its events, 0 means that it does not exist yet.

    `check`: of the data, where `decide` has made it; it spares the next decision a look at what is unchanged.
    """

    leaf: str
    data: Mapping[str, Any]
    version: int
    check: DataCheck | None = field(default=None, compare=False, repr=False)


class BranchResult(StrEnum):
    """How a branch was judged."""

    CHOSEN = "chosen"
    GUARD_FALSE = "guard is false"
    ROLE_MISSING = "role is missing"
    GUARD_ERROR = "error"  # the guard has no value


@dataclass(frozen=True, slots=True)
class BranchTrace:
    """How one branch, counted from 1, was judged. `error`: why its guard has no value, for GUARD_ERROR.

    `saw` maps each name that the guard reads (`data.paid`) to the value that it had.
    """

    branch: int
    result: BranchResult
    guard: str | None = None
    saw: Mapping[str, Any] = field(default_factory=dict)
    error: str | None = None

    @property
    def result_text(self) -> str:
        """The result with its error, for people."""
        return self.result if self.error is None else f"{self.result}: {self.error}"


@dataclass(frozen=True, slots=True)
class Accepted:
    """`events`: what to append, oldest first; empty when the branch says `emit: []`. `state`: after them."""

    events: tuple[Event, ...]
    state: AggregateState
    trace: tuple[BranchTrace, ...] = ()


class RefusalKind(StrEnum):
    """What refuses: an element of the definition, or something that the command brings."""

    COMMAND_ID = "command id"
    EXPECTED_VERSION = "expected version"
    STATE = "state"  # it is final, or does not list the command
    ROLES = "roles"
    GUARD = "guard"  # none holds, or one has no value
    BRANCH = "branch"  # the author's `reject`
    EVENT_PAYLOAD = "event payload"
    EVENT_SET = "event set"
    DATA = "data"
    INVARIANT = "invariant"


@dataclass(frozen=True, slots=True)
class RefusalTrace:
    """What the element that refuses looked at: never logged, because it holds values.

    `expression`: of an invariant, or of a value that there is none of. `constraint`: what a value breaks.
    `saw`: the names that were read, or the place of the value, each with what it held.
    """

    expression: str | None = None
    constraint: str | None = None
    saw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A business refusal that explains itself. `accepts_now`: the commands that this leaf lists.

    `path`: of the element of the definition that refuses, and on into its value where part of that does not
    fit, as in ("data", "lines", 0, "sku"); () where `kind` is no element.
    """

    code: str
    kind: RefusalKind
    path: DocumentPath
    message: str
    leaf: str
    accepts_now: tuple[str, ...] = ()
    trace: tuple[BranchTrace, ...] = ()
    on_refusal: str | None = None  # the branch's own wish: redeliver, dead_letter, record or drop
    refused_by: RefusalTrace | None = None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The stream already holds this command; `outcome` is what it came to then ('accepted' or a code)."""

    outcome: str


class InvalidKind(StrEnum):
    """What makes a command invalid."""

    MESSAGE = "message"  # it holds no command
    UNKNOWN_MACHINE = "unknown machine"
    UNKNOWN_COMMAND = "unknown command"
    PAYLOAD = "payload"
    TOO_LARGE = "too large"  # no commit can hold what it adds to the stream
    TOO_COSTLY = "too costly"  # deciding it takes more steps than a decision may


@dataclass(frozen=True, slots=True)
class Invalid:
    """Can never succeed as it stands. `reason` names the field and never quotes a payload's value.

    `path`: from the command to the part at fault, as in ("data", "lines", 0, "sku"); () for all of it. For
    MESSAGE it is one step, the place as `reason` names it.
    `violation`: how that part breaks its schema, for PAYLOAD.
    """

    kind: InvalidKind
    reason: str
    path: DocumentPath = ()
    violation: Violation | None = None

    @property
    def unknown(self) -> bool:
        """The machine or the command is not known here, so a newer definition may make it valid."""
        return self.kind in (InvalidKind.UNKNOWN_MACHINE, InvalidKind.UNKNOWN_COMMAND)


Verdict = Accepted | Rejected | Invalid  # what `decide` gives
Outcome = Accepted | Duplicate | Rejected | Invalid
