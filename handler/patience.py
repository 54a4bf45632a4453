"""How long a story goes on trying: what it needs of the remaining time, and how often it asks a store again.

Parts of a story, so they only yield requests. `handler.process` and `handler.loading` use them.
"""

from __future__ import annotations

from typing import Any

from engine.errors import StatewrightError, StoreUnavailable
from handler.requests import Append, Count, Find, Pause, Read, Story, TimeLeft

# What a story needs at the end of an invocation: one append with its retries, and the answer.
RESERVE_SECONDS = 3.0
PAUSES_SECONDS = (0.05, 0.2, 0.8)


class OutOfTime(StatewrightError):
    """The invocation ends too soon to begin anything more."""

    def __init__(self) -> None:
        super().__init__("too little time is left in this invocation")


def require_time() -> Story[None]:
    """Raises OutOfTime when less than the reserve is left."""
    if (yield TimeLeft()) < RESERVE_SECONDS:
        raise OutOfTime


def insist(request: Read | Find | Append) -> Story[Any]:
    """The answer to `request`, asked again, unchanged, while the store is unavailable; then StoreUnavailable.

    An append whose answer was lost is settled by asking again: the store knows its own commit.
    """
    for pause in PAUSES_SECONDS:
        try:
            return (yield request)
        except StoreUnavailable:
            if (yield TimeLeft()) < RESERVE_SECONDS + pause:
                raise
            yield Count("store_retries")
            yield Pause(pause)
    return (yield request)
