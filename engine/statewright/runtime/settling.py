"""What a disposition asks of the queue: to park a message, or to put off its next delivery.

Parts of a story, so they only yield requests; the queue is left alone when time is short.
"""

from __future__ import annotations

from dataclasses import replace

from statewright.aws.sqs import Message
from statewright.machine.messages import Invalid
from statewright.runtime.delays import delay_seconds
from statewright.runtime.effects import Count, Delay, Figure, NoDeadLetterQueue, Park, QueueUnavailable, Story
from statewright.runtime.results import Disposition, Failure, FailureKind, Settled
from statewright.runtime.retry import time_for_queue

# What will be mended without a change to the message, by the world or a person, however long it takes.
_PASSING = frozenset(
    {
        FailureKind.TRANSIENT,
        FailureKind.OUT_OF_TIME,
        FailureKind.MISCONFIGURED,
        FailureKind.QUARANTINED,
    }
)


def dispose(result: Settled) -> Story[Settled]:
    """The result as it ends: a message that cannot be parked is delivered again."""
    match result:
        case Settled(outcome=Failure(kind=kind)) if kind in _PASSING:
            yield from _delay(result.message)
        case Settled(outcome=Invalid(unknown=True), disposition=Disposition.REDELIVERED):
            yield from _delay(result.message)
        case Settled(disposition=Disposition.PARKED):
            return (yield from _park(result))
    return result


def _park(result: Settled) -> Story[Settled]:
    if not (yield from time_for_queue()):
        return _redelivered(result, "too little time was left to park it")
    try:
        complete: bool = yield Park(result.message, result.code, result.reason)
    except NoDeadLetterQueue as fault:
        return _redelivered(result, str(fault))
    except QueueUnavailable as fault:
        yield from _delay(result.message)
        return _redelivered(result, str(fault))
    if not complete:
        yield Count(Figure.PARKED_INCOMPLETE)
    return result


def _redelivered(result: Settled, note: str) -> Settled:
    return replace(result, disposition=Disposition.REDELIVERED, note=note)


def _delay(message: Message) -> Story[None]:
    if not (yield from time_for_queue()):
        yield Count(Figure.DELAYS_LEFT_OUT)
        return
    if not (yield Delay(message, delay_seconds(message))):
        yield Count(Figure.DELAYS_REFUSED)
