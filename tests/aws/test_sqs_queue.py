"""The SQS adapter on real queues: requests have the intended effect on messages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from statewright.aws.sqs_queue import ATTRIBUTE, SqsQueue
from statewright.runtime.message import Message
from statewright.runtime.queue import QueueUnavailable
from tests.aws.queues import RealQueue, new_queue
from tests.emulators.clients import client_of

TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
TEXT = {"DataType": "String.note", "StringValue": "t ⋯"}
BINARY = {"DataType": "Binary", "BinaryValue": b"\x00\xff"}


@pytest.fixture(scope="module")
def client(ministack: str) -> Iterator[Any]:
    made = client_of("sqs", ministack)
    yield made
    made.close()


@pytest.fixture
def source(client: Any) -> RealQueue:
    return new_queue(client)


@pytest.fixture
def dead(client: Any) -> RealQueue:
    return new_queue(client)


def dead_letter(message: Message, dead: RealQueue) -> bool:
    queue = SqsQueue(dead.client, dead_letter_url=dead.url)
    return queue.dead_letter(message, code="INVALID", reason="id: is required")


def label(message: dict[str, Any]) -> dict[str, str]:
    fields: dict[str, str] = json.loads(message["MessageAttributes"][ATTRIBUTE]["StringValue"])
    return fields


def test_a_dead_lettered_message_is_a_copy_with_the_reason(source: RealQueue, dead: RealQueue) -> None:
    """Body and attributes, including binary ones, are copied, with code, reason and source."""
    source.send('{"id": "c"}', MessageAttributes={"note": TEXT, "raw": BINARY})
    assert dead_letter(source.deliver(), dead)
    [dead_lettered] = dead.receive()
    assert (dead_lettered["Body"], label(dead_lettered)) == (
        '{"id": "c"}',
        {"code": "INVALID", "reason": "id: is required", "source": source.arn},
    )
    del dead_lettered["MessageAttributes"][ATTRIBUTE]
    assert dead_lettered["MessageAttributes"] == {"note": TEXT, "raw": BINARY}


def test_a_dead_lettered_message_stays_in_its_trace(source: RealQueue, dead: RealQueue) -> None:
    """The trace header is copied if the sender set one."""
    source.send(
        "traced", MessageSystemAttributes={"AWSTraceHeader": {"DataType": "String", "StringValue": TRACE}}
    )
    dead_letter(source.deliver(), dead)
    source.send("plain")
    dead_letter(source.deliver(), dead)
    headers = {one["Body"]: one["Attributes"].get("AWSTraceHeader") for one in dead.receive()}
    assert headers == {"traced": TRACE, "plain": None}


def test_our_attribute_replaces_one_of_ten(source: RealQueue, dead: RealQueue) -> None:
    """SQS allows ten attributes; the label names the one that was left out."""
    source.send("x", MessageAttributes={f"a{index}": TEXT for index in range(10)})
    assert not dead_letter(source.deliver(), dead)
    [dead_lettered] = dead.receive()
    assert set(dead_lettered["MessageAttributes"]) == {ATTRIBUTE, *(f"a{index}" for index in range(9))}
    assert label(dead_lettered)["left_out"] == "a9"


def test_a_message_that_is_dead_lettered_again_has_only_the_new_reason(
    source: RealQueue, dead: RealQueue
) -> None:
    """After a redrive, it is dead-lettered with the current reason."""
    source.send("x", MessageAttributes={ATTRIBUTE: TEXT})
    assert dead_letter(source.deliver(), dead)
    [dead_lettered] = dead.receive()
    assert label(dead_lettered)["code"] == "INVALID"


def test_a_repeated_dead_lettering_on_fifo_is_one_message(client: Any) -> None:
    """The message keeps its group."""
    source, dead = new_queue(client, fifo=True), new_queue(client, fifo=True)
    source.send("x", MessageGroupId="g-1", MessageDeduplicationId="d")
    message = source.deliver()
    assert dead_letter(message, dead)
    assert dead_letter(message, dead)
    [dead_lettered] = dead.receive()
    assert dead_lettered["Attributes"]["MessageGroupId"] == "g-1"


def test_a_missing_dead_letter_queue_is_unavailable(source: RealQueue) -> None:
    """The message is therefore not lost, but redelivered."""
    source.send("x")
    gone = RealQueue(source.client, source.url + "-gone", "")
    with pytest.raises(
        QueueUnavailable, match=r"did not confirm the message: .*(NonExistentQueue|QueueDoesNotExist)$"
    ):
        dead_letter(source.deliver(), gone)


def test_a_delay_sets_when_the_message_is_visible_again(source: RealQueue) -> None:
    """The queue comes from the record's ARN; a delay of 0 makes the message visible at once."""
    source.send("x")
    message = source.deliver()
    assert source.receive() == []
    assert SqsQueue(source.client, dead_letter_url=None).delay(message, 0)
    assert source.deliver().receive_count == 2


def test_a_stale_receipt_delays_nothing(source: RealQueue) -> None:
    """Another consumer has received the message since, and keeps it."""
    queue = SqsQueue(source.client, dead_letter_url=None)
    source.send("x")
    first = source.deliver()
    queue.delay(first, 0)
    source.deliver()
    assert not queue.delay(first, 0)
    assert source.receive() == []


def test_a_record_without_a_queue_is_not_delayed(source: RealQueue) -> None:
    """An event made by hand may lack the ARN, which is not a fault of the message."""
    assert not SqsQueue(source.client, dead_letter_url=None).delay(Message("m", "{}"), 30)
