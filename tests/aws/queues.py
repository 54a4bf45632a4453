"""Real queues for tests, whose messages are read as Lambda would deliver them."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from statewright.aws.sqs import read_messages
from statewright.runtime.message import Message
from tests.emulators.clients import new_name

VISIBILITY_SECONDS = "60"  # longer than any test, so that only a change of it makes a message visible again


@dataclass(frozen=True, slots=True)
class RealQueue:
    """A queue for one test; `client` is a client of the SDK."""

    client: Any
    url: str
    arn: str

    def send(self, body: str, **request: Any) -> None:
        self.client.send_message(QueueUrl=self.url, MessageBody=body, **request)

    def receive(self) -> list[dict[str, Any]]:
        """Receive the messages that are visible now, in the format of the SDK."""
        response = self.client.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=10,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        )
        messages: list[dict[str, Any]] = response.get("Messages", [])
        return messages

    def deliver(self) -> Message:
        """Receive the only visible message, converted by way of a Lambda event."""
        [received] = self.receive()
        record = {
            "messageId": received["MessageId"],
            "receiptHandle": received["ReceiptHandle"],
            "body": received["Body"],
            "attributes": received["Attributes"],
            "messageAttributes": {
                name: _attribute(value) for name, value in received.get("MessageAttributes", {}).items()
            },
            "eventSourceARN": self.arn,
        }
        [message] = read_messages({"Records": [record]})
        return message


def new_queue(client: Any, *, fifo: bool = False) -> RealQueue:
    attributes = {"VisibilityTimeout": VISIBILITY_SECONDS} | ({"FifoQueue": "true"} if fifo else {})
    name = new_name("queue") + (".fifo" if fifo else "")
    url = client.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    arn = client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return RealQueue(client, url, arn)


def _attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event"""
    attribute = {"dataType": value["DataType"], "stringListValues": [], "binaryListValues": []}
    if "BinaryValue" in value:
        return attribute | {"binaryValue": base64.b64encode(value["BinaryValue"]).decode()}
    return attribute | {"stringValue": value["StringValue"]}
