"""Time limits and retries: how much time an effect needs, and how often a request to the store is retried."""

from __future__ import annotations

from typing import Any

from statewright.errors import StatewrightError, StoreUnavailable
from statewright.runtime.effects import Count, Effects, Metric, Pause, StoreEffect, TimeLeft
from statewright.runtime.queue import CALL_SECONDS_MAX

# The maximum time of a request: one second to connect and two to respond, or two to wait for a lock.
STORE_SECONDS_MAX = 3.0
ANSWER_SECONDS = 1.0

# A request starts only if there is time for its maximum. After a call of the store, a message may still have
# to be dead-lettered; after a call of the queue, only the response follows.
QUEUE_RESERVE_SECONDS = CALL_SECONDS_MAX + ANSWER_SECONDS
RESERVE_SECONDS = STORE_SECONDS_MAX + QUEUE_RESERVE_SECONDS

PAUSES_SECONDS = (0.05, 0.2, 0.8)


class OutOfTime(StatewrightError):
    """The invocation ends too soon to start anything else."""

    def __init__(self) -> None:
        super().__init__("not enough time left in this invocation")


def require_time() -> Effects[None]:
    """Raise OutOfTime if there is not enough time left for a request to the store."""
    if (yield TimeLeft()) < RESERVE_SECONDS:
        raise OutOfTime


def time_for_queue() -> Effects[bool]:
    """Whether there is enough time left for a call of the queue."""
    seconds: float = yield TimeLeft()
    return seconds >= QUEUE_RESERVE_SECONDS


def retry(request: StoreEffect) -> Effects[Any]:
    """The answer to `request`, retried while the store is unavailable.

    Repeating an append whose answer was lost is safe, because the store recognises its own commit. Raises
    StoreUnavailable after the last attempt, and OutOfTime if there is no time for the first.
    """
    yield from require_time()
    for pause in PAUSES_SECONDS:
        try:
            return (yield request)
        except StoreUnavailable:
            if (yield TimeLeft()) < RESERVE_SECONDS + pause:
                raise
            yield Count(Metric.STORE_RETRIES)
            yield Pause(pause)
    return (yield request)
