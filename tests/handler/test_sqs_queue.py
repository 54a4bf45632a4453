"""The SQS adapter, against the service's own description of its requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from handler.requests import NoDeadLetterQueue, QueueUnavailable
from handler.sqs import Message
from handler.sqs_queue import SqsQueue

DEAD = "https://sqs.eu-west-1.amazonaws.com/123456789012/dead"
MESSAGE = Message(
    "m-1",
    '{"id": "c"}',
    source_arn="arn:aws:sqs:eu-west-1:123456789012:commands",
    receipt_handle="r-1",
    message_attributes={
        "trace": {"stringValue": "t", "binaryValue": None, "dataType": "String"},
        "raw": {"binaryValue": "AAE=", "dataType": "Binary.x"},
    },
)
OURS = {
    "statewright_code": {"DataType": "String", "StringValue": "INVALID"},
    "statewright_reason": {"DataType": "String", "StringValue": "id: is required"},
    "statewright_source": {"DataType": "String", "StringValue": MESSAGE.source_arn},
}


@pytest.fixture
def sqs() -> Iterator[tuple[Any, Stubber]]:
    client = boto3.client("sqs", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
    with Stubber(client) as stubber:
        yield client, stubber
        stubber.assert_no_pending_responses()
    client.close()


def expect_send(stubber: Stubber, **changes: Any) -> None:
    wanted = {
        "QueueUrl": DEAD,
        "MessageBody": MESSAGE.body,
        "MessageAttributes": OURS
        | {
            "raw": {"DataType": "Binary.x", "BinaryValue": b"\x00\x01"},
            "trace": {"DataType": "String", "StringValue": "t"},
        },
    }
    stubber.add_response("send_message", {"MessageId": "d"}, wanted | changes)


def test_parking_sends_the_original_with_code_reason_and_source(sqs: tuple[Any, Stubber]) -> None:
    """Body and attributes arrive as they were, beside why and whence."""
    client, stubber = sqs
    expect_send(stubber)
    SqsQueue(client, dead_letter_url=DEAD).park(MESSAGE, code="INVALID", reason="id: is required")


def test_a_fifo_dead_letter_queue_gets_group_and_deduplication_id(sqs: tuple[Any, Stubber]) -> None:
    """A parking that is repeated stays one message."""
    client, stubber = sqs
    url = DEAD + ".fifo"
    expect_send(stubber, QueueUrl=url, MessageGroupId="m-1", MessageDeduplicationId="m-1")
    SqsQueue(client, dead_letter_url=url).park(MESSAGE, code="INVALID", reason="id: is required")


def test_our_attributes_come_before_the_senders(sqs: tuple[Any, Stubber]) -> None:
    """SQS takes ten attributes: ours, and seven of the sender's by name."""
    client, stubber = sqs
    many = {f"a{index}": {"stringValue": "v", "dataType": "String"} for index in range(9)}
    kept = {f"a{index}": {"DataType": "String", "StringValue": "v"} for index in range(7)}
    expect_send(stubber, MessageAttributes=OURS | kept)
    message = Message("m-1", MESSAGE.body, source_arn=MESSAGE.source_arn, message_attributes=many)
    SqsQueue(client, dead_letter_url=DEAD).park(message, code="INVALID", reason="id: is required")


def test_an_unconfirmed_parking_raises(sqs: tuple[Any, Stubber]) -> None:
    """Only a confirmed copy counts; the reason is the service's code, never its text."""
    client, stubber = sqs
    stubber.add_client_error("send_message", "AccessDenied", "text that may quote the body")
    with pytest.raises(QueueUnavailable, match=r"did not confirm: AccessDenied$"):
        SqsQueue(client, dead_letter_url=DEAD).park(MESSAGE, code="INVALID", reason="r")


def test_without_a_url_there_is_no_parking(sqs: tuple[Any, Stubber]) -> None:
    """The condition has a name of its own, and nothing is sent."""
    client, _ = sqs
    with pytest.raises(NoDeadLetterQueue):
        SqsQueue(client, dead_letter_url=None).park(MESSAGE, code="INVALID", reason="r")


def test_a_delay_sets_the_visibility_timeout_on_the_source(sqs: tuple[Any, Stubber]) -> None:
    """The queue's address follows from the record's own ARN."""
    client, stubber = sqs
    wanted = {
        "QueueUrl": "https://sqs.eu-west-1.amazonaws.com/123456789012/commands",
        "ReceiptHandle": "r-1",
        "VisibilityTimeout": 60,
    }
    stubber.add_response("change_message_visibility", {}, wanted)
    assert SqsQueue(client, dead_letter_url=None).delay(MESSAGE, 60)


def test_a_refused_delay_is_only_reported(sqs: tuple[Any, Stubber]) -> None:
    """The queue's own visibility timeout applies then."""
    client, stubber = sqs
    stubber.add_client_error("change_message_visibility", "MessageNotInflight")
    assert not SqsQueue(client, dead_letter_url=None).delay(MESSAGE, 60)
