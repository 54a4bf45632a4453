"""An event source mapping: receives messages from a queue, invokes the function, deletes handled messages.

Applies the documented rules of AWS for partial batch responses. The event source mapping of the local
emulator deletes batches that AWS would redeliver, so the tests cannot rely on it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any

from tests.e2e.queues import CommandQueue
from tests.e2e.runtime import Answer, Runtime
from tests.emulators.servers import REGION

BATCH_MESSAGES_MAX = 10
WAIT_SECONDS = 1


def kept_messages(answer: Answer, message_ids: Collection[str]) -> frozenset[str]:
    """The ids of a batch's messages that stay in the queue after `answer`.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting-conditions
    """
    everything, nothing = frozenset(message_ids), frozenset[str]()
    if answer.failed:
        return everything
    match _json(answer.text):
        case None | {"batchItemFailures": None}:
            return nothing
        case {"batchItemFailures": list(failures)}:
            reported = frozenset(map(_identifier, failures))
            return reported if reported <= everything else everything
        case dict() as response if "batchItemFailures" not in response:
            return nothing
        case _:
            return everything


class Poller:
    """Feeds one runtime from one queue, batch after batch. `answers`: the answers received so far.

    Kept messages become visible again after the queue's `redelivery_seconds`, as if the visibility timeout
    or a longer delay requested by the handler had passed.
    """

    def __init__(self, client: Any, queue: CommandQueue, runtime: Runtime) -> None:
        self.answers: list[Answer] = []
        self._client = client
        self._queue = queue
        self._runtime = runtime

    def poll_once(self) -> None:
        """Receive one batch, invoke the function, and delete the handled messages."""
        messages = self._receive()
        if not messages:
            return
        answer = self._runtime.invoke({"Records": [self._record(message) for message in messages]})
        self.answers.append(answer)
        kept = kept_messages(answer, [message["MessageId"] for message in messages])
        self._delete([message for message in messages if message["MessageId"] not in kept])
        self._release([message for message in messages if message["MessageId"] in kept])

    def poll_until(self, stopped: Event) -> None:
        while not stopped.is_set():
            self.poll_once()

    def _receive(self) -> Sequence[Mapping[str, Any]]:
        response = self._client.receive_message(
            QueueUrl=self._queue.url,
            MaxNumberOfMessages=BATCH_MESSAGES_MAX,
            WaitTimeSeconds=WAIT_SECONDS,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        messages: Sequence[Mapping[str, Any]] = response.get("Messages", ())
        return messages

    def _record(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event"""
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message["Attributes"],
            "messageAttributes": {
                name: _attribute(value) for name, value in message.get("MessageAttributes", {}).items()
            },
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self._queue.arn,
            "awsRegion": REGION,
        }

    def _delete(self, messages: Sequence[Mapping[str, Any]]) -> None:
        if messages:
            self._client.delete_message_batch(QueueUrl=self._queue.url, Entries=_entries(messages))

    def _release(self, messages: Sequence[Mapping[str, Any]]) -> None:
        if messages:
            seconds = {"VisibilityTimeout": self._queue.redelivery_seconds}
            entries = [{**entry, **seconds} for entry in _entries(messages)]
            self._client.change_message_visibility_batch(QueueUrl=self._queue.url, Entries=entries)


@contextmanager
def polling(pollers: Sequence[Poller]) -> Iterator[Sequence[Future[None]]]:
    """Run all pollers concurrently until the block ends, then raise the first error of any of them."""
    stopped = Event()
    with ThreadPoolExecutor(len(pollers)) as threads:
        running = [threads.submit(poller.poll_until, stopped) for poller in pollers]
        try:
            yield running
        finally:
            stopped.set()
    for one in running:
        one.result()


def wait_for(condition: Callable[[], bool], what: str, *, seconds: float = 90.0) -> None:
    """Return once `condition` holds. Raises TimeoutError naming `what`."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        time.sleep(0.1)


def _json(text: str) -> object:
    """The parsed value, or the text itself if it is not JSON."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _identifier(failure: object) -> str:
    """The item identifier, or "" if it is missing."""
    match failure:
        case {"itemIdentifier": str(identifier)}:
            return identifier
        case _:
            return ""


def _attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    """The attribute with its keys in the camel case that Lambda uses."""
    return {
        "dataType": value["DataType"],
        "stringValue": value.get("StringValue"),
        "stringListValues": [],
        "binaryListValues": [],
    }


def _entries(messages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"Id": str(place), "ReceiptHandle": message["ReceiptHandle"]}
        for place, message in enumerate(messages)
    ]
