"""A command queue with a dead-letter queue, as in deploy/template.yaml except for the timeouts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from tests.emulators.clients import new_name

RECEIVES_MAX = 10
VISIBILITY_SECONDS = 60  # longer than any invocation, so no message is redelivered while in flight


@dataclass(frozen=True, slots=True)
class CommandQueue:
    """`dead_letters_url`: the queue that receives messages after ten receives."""

    url: str
    arn: str
    dead_letters_url: str
    redelivery_seconds: int = 1  # delay before a kept message is redelivered


def new_queue(client: Any) -> CommandQueue:
    """Create an empty pair of standard queues."""
    name = new_name("commands")
    dead_letters_url = client.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
    redrive = {
        "deadLetterTargetArn": _arn(client, dead_letters_url),
        "maxReceiveCount": RECEIVES_MAX,
    }
    attributes = {"VisibilityTimeout": str(VISIBILITY_SECONDS), "RedrivePolicy": json.dumps(redrive)}
    url = client.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return CommandQueue(url, _arn(client, url), dead_letters_url)


def send(client: Any, queue: CommandQueue, commands: Iterable[Mapping[str, Any] | str]) -> None:
    """Send all commands in order: strings unchanged, everything else as JSON."""
    remaining = iter(commands)
    while batch := list(islice(remaining, 10)):
        entries = [
            {"Id": str(place), "MessageBody": one if isinstance(one, str) else json.dumps(one)}
            for place, one in enumerate(batch)
        ]
        client.send_message_batch(QueueUrl=queue.url, Entries=entries)


def messages_left(client: Any, url: str) -> int:
    """How many messages the queue holds, including those in flight."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    attributes = client.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(attributes[name]) for name in names)


def dead_letters(client: Any, queue: CommandQueue) -> Sequence[Mapping[str, Any]]:
    """Receive and delete all messages of the dead-letter queue."""
    found: list[Mapping[str, Any]] = []
    while messages_left(client, queue.dead_letters_url):
        response = client.receive_message(
            QueueUrl=queue.dead_letters_url,
            MaxNumberOfMessages=10,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        for message in response.get("Messages", ()):
            client.delete_message(QueueUrl=queue.dead_letters_url, ReceiptHandle=message["ReceiptHandle"])
            found.append(message)
    return found


def _arn(client: Any, url: str) -> str:
    attributes = client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    return str(attributes["QueueArn"])
