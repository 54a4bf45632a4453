"""What became of a message: its outcome, and what happened to it on the queue.

Values only. The answer to the queue, log lines, metrics and what the command line shows are made from them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from statewright.machine.messages import Accepted, Command, Duplicate, Invalid, Outcome, Rejected
from statewright.runtime.message import Message


class OnRefusal(StrEnum):
    """What to do with the message of a refused command, in the words of authors and settings."""

    REDELIVER = "redeliver"
    DEAD_LETTER = "dead_letter"
    RECORD = "record"
    DROP = "drop"


class Disposition(StrEnum):
    """What happened to a message. All but REDELIVERED delete it from its queue."""

    DELETED = "deleted"  # its command is done: accepted, now or earlier
    RECORDED = "recorded"  # its refusal stands in the stream
    DROPPED = "dropped"
    DEAD_LETTERED = "parked"  # a copy is in the dead-letter queue
    REDELIVERED = "redelivered"  # reported as a failure


class FailureKind(StrEnum):
    """Why no outcome was reached."""

    TRANSIENT = "transient"  # the ports: another delivery may succeed
    OUT_OF_TIME = "out_of_time"
    MISCONFIGURED = "misconfigured"  # the store is missing or closed to us: needs a person
    HANDED_BACK = "handed_back"  # behind a failure of the same message group
    QUARANTINED = "quarantined"  # the stream cannot be replayed: needs a person
    MISSHAPEN = "misshapen"  # the record is not one that the queue sends: needs a person
    BUG = "bug"  # unexpected: needs a person


@dataclass(frozen=True, slots=True)
class Failure:
    """No outcome was reached. `reason` quotes no payload.

    `error`: for BUG, what was raised; for a caller in this process, and never logged: it may quote a payload.
    """

    kind: FailureKind
    reason: str
    error: Exception | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class MessageResult:
    """The end of one message in this batch.

    `command` is None for a body that holds none. `version` is the stream's version after the command, and
    `digest` the definition that decided; None and "" where it did not come to that. `note` says why the
    disposition is not the one that the outcome asks for.
    """

    message: Message
    command: Command | None
    outcome: Outcome | Failure
    disposition: Disposition
    version: int | None = None
    digest: str = ""
    note: str = ""

    @property
    def failed(self) -> bool:
        """Whether the queue is to deliver the message again."""
        return self.disposition is Disposition.REDELIVERED

    @property
    def code(self) -> str:
        """One word for the outcome: of logs, and of dead letters."""
        match self.outcome:
            case Accepted():
                return "ACCEPTED"
            case Duplicate():
                return "DUPLICATE"
            case Rejected(code=code):
                return code
            case Invalid():
                return "INVALID"
            case Failure(kind=kind):
                return kind.upper()

    @property
    def reason(self) -> str:
        """Why it was not accepted, for logs and dead letters: no payload is quoted; "" where it was."""
        match self.outcome:
            case Accepted():
                return self.note
            case Duplicate(outcome=earlier):
                return f"was {earlier} before"
            case Rejected(code="EXPRESSION_ERROR"):
                reason = "an expression could not be evaluated"  # its own text may quote a payload
            case Rejected(message=reason) | Invalid(reason=reason) | Failure(reason=reason):
                pass
        return f"{reason}; {self.note}" if self.note else reason
