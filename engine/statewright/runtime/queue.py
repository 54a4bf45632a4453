"""The queue port: what the runtime asks of a queue besides its answer, and an adapter for no queue at all."""

from __future__ import annotations

from typing import Protocol

from statewright.errors import StatewrightError
from statewright.runtime.message import Message

CALL_SECONDS_MAX = 3.0


class NoDeadLetterQueue(StatewrightError):
    """No dead-letter queue is configured."""

    def __init__(self) -> None:
        super().__init__("no dead-letter queue is configured")


class QueueUnavailable(StatewrightError):
    """The dead-letter queue did not confirm; it may or may not hold the message."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the dead-letter queue did not confirm the message: {reason}")


class Queue(Protocol):
    """Safe for use by several threads. No call takes longer than `CALL_SECONDS_MAX`."""

    def dead_letter(self, message: Message, /, *, code: str, reason: str) -> bool:
        """Copy a message to the dead-letter queue; returns when that is confirmed.

        The answer tells whether all of the sender's attributes went with it. Raises NoDeadLetterQueue and
        QueueUnavailable.
        """

    def delay(self, message: Message, seconds: int, /) -> bool:
        """Put off the next delivery; whether that was agreed to. Best effort; never raises."""


class LocalQueue:
    """For a process that no queue feeds: nothing can be dead-lettered, and no delivery follows."""

    def dead_letter(self, _message: Message, /, *, code: str, reason: str) -> bool:  # noqa: ARG002 - the port's
        raise NoDeadLetterQueue

    def delay(self, _message: Message, _seconds: int, /) -> bool:
        return True
