"""When a response from SQS is damaged or comes from an intermediary, nothing is confirmed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from statewright.aws.sqs_queue import SqsQueue
from statewright.runtime.message import Message
from statewright.runtime.queue import QueueUnavailable
from tests.emulators.raw_answers import DAMAGED, answering, client_at

MESSAGE = Message("m-1", "{}", source="arn:aws:sqs:eu-west-1:1:commands", receipt_handle="r-1")


@pytest.fixture(params=DAMAGED, ids=str)
def queue(request: pytest.FixtureRequest) -> Iterator[SqsQueue]:
    """Yield a queue that answers every request with the same damaged response."""
    with answering(DAMAGED[request.param]) as url:
        client = client_at("sqs", url)
        yield SqsQueue(client, dead_letter_url=f"{url}/1/dead")
        client.close()


def test_a_damaged_response_confirms_no_dead_letter(queue: SqsQueue) -> None:
    """The message therefore stays on its own queue."""
    with pytest.raises(QueueUnavailable):
        queue.dead_letter(MESSAGE, code="INVALID", reason="id: is required")


def test_a_delay_never_raises(queue: SqsQueue) -> None:
    """Delays are best effort, whatever the response is."""
    assert queue.delay(MESSAGE, 30) in (True, False)
