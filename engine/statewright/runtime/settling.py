"""What becomes of each message on its queue: moved to the dead-letter queue, or its next delivery put off.

The queue is left alone when time is short. An outage or a fault of ours must not use up the ten deliveries of
valid messages.
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

# Failures that pass without a change to the message, with time or with an operator's help.
_PASSING = frozenset(
    {
        FailureKind.TRANSIENT,
        FailureKind.OUT_OF_TIME,
        FailureKind.MISCONFIGURED,
        FailureKind.QUARANTINED,
    }
)


def settle(result: MessageResult) -> Effects[MessageResult]:
    """The result as it ends: a message that cannot be dead-lettered is delivered again."""
    match result:
        case MessageResult(outcome=Failure(kind=kind)) if kind in _PASSING:
            yield from _delay(result.message)
        case MessageResult(outcome=Invalid(unknown=True), disposition=Disposition.REDELIVERED):
            yield from _delay(result.message)
        case MessageResult(disposition=Disposition.DEAD_LETTERED):
            return (yield from _dead_letter(result))
    return result


def delay_seconds(message: Message) -> int:
    """30 s, doubling with each receive to 1 h: the tenth delivery comes after three hours."""
    doublings = min(message.receive_count - 1, 10)
    return min(DELAY_SECONDS_FIRST << doublings, DELAY_SECONDS_MAX)


def delay_messages(messages: Iterable[Message], queue: Queue, time_left: Callable[[], float]) -> Counter[str]:
    """Put off the next delivery of each while time is left (seconds); what did not succeed, counted."""
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
