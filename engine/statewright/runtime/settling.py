"""Carries out the disposition of a message: dead-letters it, or delays its next delivery.

Failures that may pass are delayed, so that an outage or a bug does not use up the ten deliveries of a valid
message. The queue is not called when too little time is left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace

from statewright.machine.messages import Invalid
from statewright.runtime.effects import Count, DeadLetter, Delay, Effects, Metric
from statewright.runtime.message import Message
from statewright.runtime.queue import NoDeadLetterQueue, Queue, QueueUnavailable
from statewright.runtime.results import Disposition, Failure, FailureKind, MessageResult
from statewright.runtime.retry import QUEUE_RESERVE_SECONDS, time_for_queue

DELAY_SECONDS_FIRST = 30
DELAY_SECONDS_MAX = 3600

# Failures that may pass without a change to the message, by themselves or after an operator's fix.
_PASSING = frozenset(
    {
        FailureKind.TRANSIENT,
        FailureKind.OUT_OF_TIME,
        FailureKind.MISCONFIGURED,
        FailureKind.QUARANTINED,
    }
)


def settle(result: MessageResult) -> Effects[MessageResult]:
    """Carry out the result's disposition and return the final result.

    A message that cannot be dead-lettered is delivered again.
    """
    match result:
        case MessageResult(outcome=Failure(kind=kind)) if kind in _PASSING:
            yield from _delay(result.message)
        case MessageResult(outcome=Invalid(unknown=True), disposition=Disposition.REDELIVERED):
            yield from _delay(result.message)
        case MessageResult(disposition=Disposition.DEAD_LETTERED):
            return (yield from _dead_letter(result))
    return result


def delay_seconds(message: Message) -> int:
    """The delay before the next delivery: 30 s, doubling with each receive up to 1 h.

    The tenth delivery then comes after three hours.
    """
    doublings = min(message.receive_count - 1, 10)
    return min(DELAY_SECONDS_FIRST << doublings, DELAY_SECONDS_MAX)


def delay_messages(messages: Iterable[Message], queue: Queue, time_left: Callable[[], float]) -> Counter[str]:
    """Delay each message while time is left (in seconds); return how many could not be delayed, and why."""
    counts: Counter[str] = Counter()
    for message in messages:
        if time_left() < QUEUE_RESERVE_SECONDS:
            counts[Metric.DELAYS_LEFT_OUT] += 1
        elif not queue.delay(message, delay_seconds(message)):
            counts[Metric.DELAYS_REFUSED] += 1
    return counts


def _dead_letter(result: MessageResult) -> Effects[MessageResult]:
    if not (yield from time_for_queue()):
        return _redelivered(result, "not enough time left to dead-letter it")
    try:
        complete: bool = yield DeadLetter(result.message, result.code, result.reason)
    except NoDeadLetterQueue as fault:
        return _redelivered(result, str(fault))
    except QueueUnavailable as fault:
        yield from _delay(result.message)
        return _redelivered(result, str(fault))
    if not complete:
        yield Count(Metric.DEAD_LETTERED_INCOMPLETE)
    return result


def _redelivered(result: MessageResult, note: str) -> MessageResult:
    return replace(result, disposition=Disposition.REDELIVERED, note=note)


def _delay(message: Message) -> Effects[None]:
    if not (yield from time_for_queue()):
        yield Count(Metric.DELAYS_LEFT_OUT)
        return
    if not (yield Delay(message, delay_seconds(message))):
        yield Count(Metric.DELAYS_REFUSED)
