"""What a disposition asks of the queue: to park a message, or to put off its next delivery.

Parts of a story, so they only yield requests; the queue is left alone when time is short. `handler.process`
calls `dispose` once per message, after the append that its outcome rests on.
"""

from __future__ import annotations

from dataclasses import replace

from handler.outcomes import Disposition, Failure, FailureKind, Settled
from handler.patience import time_for_queue
from handler.requests import Count, Delay, Figure, NoDeadLetterQueue, Park, QueueUnavailable, Story
from handler.sqs import Message

DELAY_SECONDS_FIRST = 30
DELAY_SECONDS_MAX = 3600

# What the world will mend without a change to the message or the stream, however long it takes.
_PASSING = frozenset({FailureKind.TRANSIENT, FailureKind.OUT_OF_TIME, FailureKind.MISCONFIGURED})


def dispose(result: Settled) -> Story[Settled]:
    """The result as it ends: a message that cannot be parked is delivered again."""
    match result:
        case Settled(outcome=Failure(kind=kind)) if kind in _PASSING:
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
    """Put off the redelivery, 30 s doubling to 1 h, so that an outage parks nothing that is valid."""
    if not (yield from time_for_queue()):
        yield Count(Figure.DELAYS_LEFT_OUT)
        return
    doublings = min(message.receive_count - 1, 10)
    seconds = min(DELAY_SECONDS_FIRST * 2**doublings, DELAY_SECONDS_MAX)
    if not (yield Delay(message, seconds)):
        yield Count(Figure.DELAYS_REFUSED)
