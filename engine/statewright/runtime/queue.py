"""The queue port, and an adapter for processes without a queue."""

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
    """The dead-letter queue did not confirm the message, which may or may not have arrived."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the dead-letter queue did not confirm the message: {reason}")


class Queue(Protocol):
    """The queue that messages come from. Thread-safe. No call takes longer than `CALL_SECONDS_MAX`."""

    def dead_letter(self, message: Message, /, *, code: str, reason: str) -> bool:
        """Copy a message to the dead-letter queue, and return once that is confirmed.

        The result says whether all of the sender's attributes were copied. Raises NoDeadLetterQueue and
        QueueUnavailable.
        """

    def delay(self, message: Message, seconds: int, /) -> bool:
        """Delay the next delivery. Return whether the queue accepted the delay. Best effort; never raises."""


class LocalQueue:
    """The adapter for a process without a queue: nothing can be dead-lettered, and nothing is redelivered."""

    def dead_letter(self, _message: Message, /, *, code: str, reason: str) -> bool:  # noqa: ARG002 - the port's
        raise NoDeadLetterQueue

    def delay(self, _message: Message, _seconds: int, /) -> bool:
        return True
