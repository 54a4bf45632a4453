"""What the handler asks of a queue beside its answer: park a message elsewhere, put off its redelivery.

The port, and the adapter for a process that no queue feeds; `statewright.aws.sqs_queue` is the one for SQS.
"""

from __future__ import annotations

from typing import Protocol

from statewright.aws.sqs import Message
from statewright.runtime.effects import NoDeadLetterQueue

CALL_SECONDS_MAX = 3.0


class Queue(Protocol):
    """Safe for use by several threads. No call takes longer than `CALL_SECONDS_MAX`."""

    def park(self, message: Message, /, *, code: str, reason: str) -> bool:
        """Copy a message to the dead-letter queue; returns when that is confirmed.

        The answer tells whether all of the sender's attributes went with it. Raises NoDeadLetterQueue and
        QueueUnavailable.
        """

    def delay(self, message: Message, seconds: int, /) -> bool:
        """Put off the next delivery; whether that was agreed to. Never raises: it is only a kindness."""


class LocalQueue:
    """No queue stands behind the event: nothing can be parked, and there is no delivery to put off."""

    def park(self, _message: Message, /, *, code: str, reason: str) -> bool:  # noqa: ARG002 - the port's
        raise NoDeadLetterQueue

    def delay(self, _message: Message, _seconds: int, /) -> bool:
        return True
