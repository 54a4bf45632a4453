"""The inputs and outputs of the core: commands, events and outcomes.

All are frozen values. Payloads (`data`) contain JSON values and are never modified. Programs should read the
codes, kinds and paths of outcomes; the messages are for people, and some are written by authors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from statewright.language.schema.payloads import Violation
from statewright.language.source.text import DocumentPath

REFUSED = "$refused"  # the reserved event that records a refusal; it changes nothing


@dataclass(frozen=True, slots=True)
class Actor:
    """The sender of a command. Without one, the id is "" and there are no roles."""

    id: str = ""
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """A command as received. Its payload has not been validated.

    `expected_version`: the stream's version known to the sender; 0 means that it must not exist.
    `digest`: SHA-256 (hex) of the canonical JSON of (name, data); distinguishes a retry from a reused id.
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
    """An event. `leaf`: the state after it. `entered`: the topmost state that it entered, if any."""

    type: str
    data: Mapping[str, Any]
    leaf: str
    entered: str | None = None
    event_version: int = 1


@dataclass(frozen=True, slots=True)
class DataCheck:
    """Proof that data fits the schemas of a definition, with a lower bound of its size in characters."""

    definition_digest: str
    characters: int


@dataclass(frozen=True, slots=True)
class AggregateState:
    """The state of an aggregate. `version`: the number of its events; 0 means that it does not exist yet.

    `check`: set by `decide` after validating the data, so that the next decision need only check changes.
    """

    leaf: str
    data: Mapping[str, Any]
    version: int
    check: DataCheck | None = field(default=None, compare=False, repr=False)


class BranchResult(StrEnum):
    """The result of evaluating a branch."""

    CHOSEN = "chosen"
    GUARD_FALSE = "guard is false"
    ROLE_MISSING = "role is missing"
    GUARD_ERROR = "error"  # the guard could not be evaluated


@dataclass(frozen=True, slots=True)
class BranchTrace:
    """The evaluation of one branch, numbered from 1.

    `saw`: the value of each name that the guard reads, such as `data.paid`.
    `error`: why the guard could not be evaluated, for GUARD_ERROR.
    """

    branch: int
    result: BranchResult
    guard: str | None = None
    saw: Mapping[str, Any] = field(default_factory=dict)
    error: str | None = None

    @property
    def result_text(self) -> str:
        """The result in words, with its error."""
        return self.result if self.error is None else f"{self.result}: {self.error}"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The command is accepted.

    `events`: to append, oldest first; empty for `emit: []`. `state`: the state after them.
    """

    events: tuple[Event, ...]
    state: AggregateState
    trace: tuple[BranchTrace, ...] = ()


class RefusalKind(StrEnum):
    """The source of a refusal: an element of the definition or a property of the command."""

    COMMAND_ID = "command id"
    EXPECTED_VERSION = "expected version"
    STATE = "state"  # it is final or does not accept the command
    ROLES = "roles"
    GUARD = "guard"  # no guard is true, or one could not be evaluated
    BRANCH = "branch"  # a branch with `reject`
    EVENT_PAYLOAD = "event payload"
    EVENT_SET = "event set"
    DATA = "data"
    INVARIANT = "invariant"


@dataclass(frozen=True, slots=True)
class RefusalTrace:
    """Details of a refusal. Never logged, because it contains values.

    `expression`: of an invariant, or of a value that could not be computed.
    `constraint`: the constraint that a value violates.
    `saw`: the values of the names that were read, or the violating value by its path.
    """

    expression: str | None = None
    constraint: str | None = None
    saw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A business refusal with its explanation. `accepts_now`: the commands that the leaf accepts.

    `path`: the element of the definition that refuses, extended to the part of a value that does not fit,
    such as ("data", "lines", 0, "sku"); () if `kind` is not an element.
    """

    code: str
    kind: RefusalKind
    path: DocumentPath
    message: str
    leaf: str
    accepts_now: tuple[str, ...] = ()
    trace: tuple[BranchTrace, ...] = ()
    on_refusal: str | None = None  # as set by the branch: redeliver, dead_letter, record or drop
    refused_by: RefusalTrace | None = None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The stream already contains this command. `outcome`: its earlier outcome ('accepted' or a code)."""

    outcome: str


class InvalidKind(StrEnum):
    """Why a command is invalid."""

    MESSAGE = "message"  # it does not contain a command
    UNKNOWN_MACHINE = "unknown machine"
    UNKNOWN_COMMAND = "unknown command"
    PAYLOAD = "payload"
    TOO_LARGE = "too large"  # the result does not fit in a commit
    TOO_COSTLY = "too costly"  # the decision exceeds its budget


@dataclass(frozen=True, slots=True)
class Invalid:
    """A command that can never succeed unchanged. `reason` names the field but never quotes its value.

    `path`: from the command to the invalid part, such as ("data", "lines", 0, "sku"); () for the whole
    command. For MESSAGE it has one step, the place named in `reason`.
    `violation`: the kind of schema violation, for PAYLOAD.
    """

    kind: InvalidKind
    reason: str
    path: DocumentPath = ()
    violation: Violation | None = None

    @property
    def unknown(self) -> bool:
        """Whether the machine or the command is unknown, so that a newer definition could make it valid."""
        return self.kind in (InvalidKind.UNKNOWN_MACHINE, InvalidKind.UNKNOWN_COMMAND)


Verdict = Accepted | Rejected | Invalid  # the result of `decide`
Outcome = Accepted | Duplicate | Rejected | Invalid
