"""The result of a message: its outcome, and its disposition on the queue.

Values only. The response to Lambda, log lines, metrics and the output of the command line derive from them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from statewright.machine.messages import Accepted, Command, Duplicate, Invalid, Outcome, Rejected
from statewright.runtime.message import Message


class OnRefusal(StrEnum):
    """What to do with a refused command. The values are those of definitions and settings."""

    REDELIVER = "redeliver"
    DEAD_LETTER = "dead_letter"
    RECORD = "record"
    DROP = "drop"


class Disposition(StrEnum):
    """How a message leaves the batch. All but REDELIVERED delete it from its queue."""

    DELETED = "deleted"  # accepted, now or earlier
    RECORDED = "recorded"  # its refusal is stored in the stream
    DROPPED = "dropped"
    DEAD_LETTERED = "parked"  # a copy is in the dead-letter queue
    REDELIVERED = "redelivered"  # reported as a failure to Lambda


class FailureKind(StrEnum):
    """Why no outcome was reached."""

    TRANSIENT = "transient"  # another delivery may succeed
    OUT_OF_TIME = "out_of_time"
    MISCONFIGURED = "misconfigured"  # the store does not exist or denies access; needs attention
    HANDED_BACK = "handed_back"  # after a failure in the same message group
    QUARANTINED = "quarantined"  # the stream cannot be replayed; needs attention
    MISSHAPEN = "misshapen"  # not a record that SQS sends; needs attention
    BUG = "bug"  # unexpected; needs attention


@dataclass(frozen=True, slots=True)
class Failure:
    """No outcome was reached. `reason` quotes no payload.

    `error`: the exception of a BUG, for callers in this process. Never logged, as it may quote a payload.
    """

    kind: FailureKind
    reason: str
    error: Exception | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class MessageResult:
    """The result of one message.

    `command`: None if the body is invalid. `version`: the stream's version after the command; `digest`: the
    definition that decided; None and "" if nothing was decided. `note`: why the disposition is not the usual
    one for the outcome.
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
        """Whether the queue delivers the message again."""
        return self.disposition is Disposition.REDELIVERED

    @property
    def code(self) -> str:
        """The code of the outcome, for logs and dead letters."""
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
        """Why the command was not accepted, without any payload, for logs and dead letters; "" if it was."""
        match self.outcome:
            case Accepted():
                return self.note
            case Duplicate(outcome=earlier):
                return f"was {earlier} before"
            case Rejected(code="EXPRESSION_ERROR"):
                reason = "an expression could not be evaluated"  # the full message may quote a payload
            case Rejected(message=reason) | Invalid(reason=reason) | Failure(reason=reason):
                pass
        return f"{reason}; {self.note}" if self.note else reason
