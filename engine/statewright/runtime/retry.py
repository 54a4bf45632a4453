"""When to retry: how much of the remaining time an effect needs, and how often a store is asked again."""

from __future__ import annotations

from typing import Any

from statewright.errors import StatewrightError, StoreUnavailable
from statewright.runtime.effects import Count, Effects, Metric, Pause, StoreEffect, TimeLeft
from statewright.runtime.queue import CALL_SECONDS_MAX

# The slowest end of a request: one second to connect and two to answer, or two to wait for a lock.
STORE_SECONDS_MAX = 3.0
ANSWER_SECONDS = 1.0

# Each request is begun only with time for its slowest end. After a store a message may still have to be
# dead-lettered; after a queue only the answer follows.
QUEUE_RESERVE_SECONDS = CALL_SECONDS_MAX + ANSWER_SECONDS
RESERVE_SECONDS = STORE_SECONDS_MAX + QUEUE_RESERVE_SECONDS

PAUSES_SECONDS = (0.05, 0.2, 0.8)


class OutOfTime(StatewrightError):
    """The invocation ends too soon to begin anything more."""

    def __init__(self) -> None:
        super().__init__("not enough time left in this invocation")


def require_time() -> Effects[None]:
    """Raises OutOfTime when less is left than asking a store may take."""
    if (yield TimeLeft()) < RESERVE_SECONDS:
        raise OutOfTime


def time_for_queue() -> Effects[bool]:
    """Whether a queue may still be asked for something."""
    seconds: float = yield TimeLeft()
    return seconds >= QUEUE_RESERVE_SECONDS


def retry(request: StoreEffect) -> Effects[Any]:
    """The answer to `request`, asked again, unchanged, while the store is unavailable; then StoreUnavailable.

    An append whose answer was lost is settled by asking again: the store knows its own commit. Raises
    OutOfTime when there is no time to ask even once.
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
