"""The script in the migration guide moves all messages of one queue to another, against an SQS emulator."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.docs.examples import BLOCK, ROOT
from tests.emulators.clients import client_of, environment_of, new_name

BODIES = [f'{{"id": "c-{number}"}}' for number in range(12)]
SENDER = {"sender": {"DataType": "String", "StringValue": "till"}}


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """Write the script of the guide to a file."""
    guide = (ROOT / "docs" / "howto" / "migrating.md").read_text()
    [body] = [block["body"] for block in BLOCK.finditer(guide) if block["file"] == "move.py"]
    path = tmp_path / "move.py"
    path.write_text(body)
    return path


def run(script: Path, ministack: str, *queues: str) -> str:
    """Run the script and return its output."""
    command = [sys.executable, str(script), *queues]
    environment = {**os.environ, **environment_of(others=ministack)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout


def queue(sqs: Any, *, fifo: bool) -> str:
    name, attributes = (new_name("move") + ".fifo", {"FifoQueue": "true"}) if fifo else (new_name("move"), {})
    url: str = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url


def received(sqs: Any, url: str) -> list[dict[str, Any]]:
    """Receive and delete all messages of a queue, and return them in the order of arrival."""
    asked = {"MessageAttributeNames": ["All"], "MessageSystemAttributeNames": ["All"]}
    messages: list[dict[str, Any]] = []
    while batch := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, **asked).get("Messages"):
        messages += batch
        for message in batch:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return messages


def test_every_message_is_moved_unchanged(script: Path, ministack: str) -> None:
    """The attributes are kept, and the source queue is empty afterwards."""
    sqs = client_of("sqs", ministack)
    source, target = (queue(sqs, fifo=False) for _ in range(2))
    for body in BODIES:
        sqs.send_message(QueueUrl=source, MessageBody=body, MessageAttributes=SENDER)
    assert run(script, ministack, source, target) == "12 messages moved\n"
    messages = received(sqs, target)
    assert sorted(message["Body"] for message in messages) == sorted(BODIES)
    assert all(message["MessageAttributes"] == SENDER for message in messages)
    assert received(sqs, source) == []


def test_messages_of_a_group_keep_their_order(script: Path, ministack: str) -> None:
    """They also keep their group if both queues are FIFO queues."""
    sqs = client_of("sqs", ministack)
    source, target = (queue(sqs, fifo=True) for _ in range(2))
    for number, body in enumerate(BODIES):
        order = {"MessageGroupId": "door/front", "MessageDeduplicationId": str(number)}
        sqs.send_message(QueueUrl=source, MessageBody=body, **order)
    run(script, ministack, source, target)
    messages = received(sqs, target)
    assert [message["Body"] for message in messages] == BODIES
    assert {message["Attributes"]["MessageGroupId"] for message in messages} == {"door/front"}
