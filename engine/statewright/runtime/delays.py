"""How long a delivery that failed is put off, and how that is asked for where no story settles the messages.

An outage or a fault of ours must not spend the ten deliveries of messages that are valid.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from statewright.aws.sqs import Message
from statewright.runtime.effects import Figure
from statewright.runtime.queue import Queue
from statewright.runtime.retry import QUEUE_RESERVE_SECONDS

DELAY_SECONDS_FIRST = 30
DELAY_SECONDS_MAX = 3600


def delay_seconds(message: Message) -> int:
    """30 s, doubling with each receive to 1 h: the tenth delivery comes after three hours."""
    doublings = min(message.receive_count - 1, 10)
    return min(DELAY_SECONDS_FIRST << doublings, DELAY_SECONDS_MAX)


def put_off(messages: Iterable[Message], queue: Queue, time_left: Callable[[], float]) -> Counter[str]:
    """Put off each of `messages` while time is left (seconds); what did not succeed, counted."""
    figures: Counter[str] = Counter()
    for message in messages:
        if time_left() < QUEUE_RESERVE_SECONDS:
            figures[Figure.DELAYS_LEFT_OUT] += 1
        elif not queue.delay(message, delay_seconds(message)):
            figures[Figure.DELAYS_REFUSED] += 1
    return figures
