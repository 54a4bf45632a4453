"""The SQS adapter, against the service's own description of its requests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from hypothesis import given
from hypothesis import strategies as st

from handler.queue import CALL_SECONDS_MAX
from handler.requests import NoDeadLetterQueue, QueueUnavailable
from handler.sqs import Message
from handler.sqs_queue import ATTRIBUTE, REASON_LENGTH_MAX, SqsQueue, sqs_client

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
LABEL = {"code": "INVALID", "reason": "id: is required", "source": MESSAGE.source_arn}


def label(**more: str) -> dict[str, Any]:
    return {ATTRIBUTE: {"DataType": "String", "StringValue": json.dumps(LABEL | more)}}


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
        "MessageAttributes": label()
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


def text_attribute(text: str = "v") -> dict[str, str]:
    return {"stringValue": text, "dataType": "String"}


def park(client: Any, attributes: dict[str, Any]) -> bool:
    message = Message("m-1", MESSAGE.body, source_arn=MESSAGE.source_arn, message_attributes=attributes)
    return SqsQueue(client, dead_letter_url=DEAD).park(message, code="INVALID", reason="id: is required")


@pytest.mark.parametrize(("count", "complete"), [(9, True), (10, False)])
def test_at_most_one_attribute_stays_behind_and_is_named(
    sqs: tuple[Any, Stubber], count: int, complete: bool
) -> None:
    """SQS takes ten: ours, and nine of the sender's by name."""
    client, stubber = sqs
    kept = {f"a{index}": {"DataType": "String", "StringValue": "v"} for index in range(9)}
    ours = label() if complete else label(left_out="a9")
    expect_send(stubber, MessageAttributes=ours | kept)
    assert park(client, {f"a{index}": text_attribute() for index in range(count)}) is complete


def test_the_label_of_an_earlier_parking_is_replaced(sqs: tuple[Any, Stubber]) -> None:
    """A message that came back from the dead-letter queue is parked for what is wrong now."""
    client, stubber = sqs
    expect_send(stubber, MessageAttributes=label())
    assert park(client, {ATTRIBUTE: text_attribute("{}")})


@pytest.mark.parametrize(
    "attribute",
    [
        {"stringValue": "v"},
        {"stringValue": "v", "dataType": 7},
        {"stringValue": "", "dataType": "String"},
        {"binaryValue": "?", "dataType": "Binary"},
        {"dataType": "String"},
        "v",
        None,
    ],
)
def test_a_malformed_attribute_counts_as_absent(sqs: tuple[Any, Stubber], attribute: object) -> None:
    """It cannot be sent, and is no reason to keep the message."""
    client, stubber = sqs
    expect_send(stubber, MessageAttributes=label())
    assert park(client, {"odd": attribute})


@given(st.text())
def test_any_reason_is_sent_as_printable_ascii(reason: str) -> None:
    """SQS refuses control characters and half surrogates; the reader of the label gets them back."""
    client = Recorder()
    SqsQueue(client, dead_letter_url=DEAD).park(MESSAGE, code="INVALID", reason=reason)
    text = client.sent["MessageAttributes"][ATTRIBUTE]["StringValue"]
    assert all(" " <= character <= "~" for character in text)
    assert json.loads(text)["reason"] == reason[:REASON_LENGTH_MAX]


class Recorder:
    """Stands for a client, and keeps what was sent last."""

    def __init__(self) -> None:
        self.sent: dict[str, Any] = {}

    def send_message(self, **request: Any) -> None:
        self.sent = request


def test_a_call_ends_in_the_time_that_stories_keep_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """All attempts of the client together, each at its slowest."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    client = sqs_client()
    config = client.meta.config
    seconds = config.connect_timeout + config.read_timeout
    assert config.retries["total_max_attempts"] * seconds <= CALL_SECONDS_MAX
    client.close()


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
