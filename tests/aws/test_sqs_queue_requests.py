"""Requests of the SQS adapter, checked against the SDK's service model in cases that no real queue shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from hypothesis import given
from hypothesis import strategies as st

from statewright.aws.sqs_queue import ATTRIBUTE, REASON_LENGTH_MAX, SqsQueue, sqs_client
from statewright.runtime.message import Message
from statewright.runtime.queue import CALL_SECONDS_MAX, NoDeadLetterQueue, QueueUnavailable

DEAD = "https://sqs.eu-west-1.amazonaws.com/123456789012/dead"
MESSAGE = Message(
    "m-1",
    '{"id": "c"}',
    source="arn:aws:sqs:eu-west-1:123456789012:commands",
    receipt_handle="r-1",
)
LABEL = {"code": "INVALID", "reason": "id: is required", "source": MESSAGE.source}


@pytest.fixture
def sqs() -> Iterator[tuple[Any, Stubber]]:
    client = boto3.client("sqs", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
    with Stubber(client) as stubber:
        yield client, stubber
        stubber.assert_no_pending_responses()
    client.close()


def expect_send(stubber: Stubber) -> None:
    wanted = {
        "QueueUrl": DEAD,
        "MessageBody": MESSAGE.body,
        "MessageAttributes": {ATTRIBUTE: {"DataType": "String", "StringValue": json.dumps(LABEL)}},
    }
    stubber.add_response("send_message", {"MessageId": "d"}, wanted)


def dead_letter(client: Any, attributes: dict[str, Any]) -> bool:
    message = Message("m-1", MESSAGE.body, source=MESSAGE.source, attributes=attributes)
    return SqsQueue(client, dead_letter_url=DEAD).dead_letter(
        message, code="INVALID", reason="id: is required"
    )


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
    """It cannot be sent, and does not prevent the dead-lettering."""
    client, stubber = sqs
    expect_send(stubber)
    assert dead_letter(client, {"odd": attribute})


@given(st.text())
def test_any_reason_is_sent_as_printable_ascii(reason: str) -> None:
    """SQS rejects control characters and lone surrogates; JSON escapes preserve them in the label."""
    client = Recorder()
    SqsQueue(client, dead_letter_url=DEAD).dead_letter(MESSAGE, code="INVALID", reason=reason)
    text = client.sent["MessageAttributes"][ATTRIBUTE]["StringValue"]
    assert all(" " <= character <= "~" for character in text)
    assert json.loads(text)["reason"] == reason[:REASON_LENGTH_MAX]


class Recorder:
    """A client that records the last request."""

    def __init__(self) -> None:
        self.sent: dict[str, Any] = {}

    def send_message(self, **request: Any) -> dict[str, str]:
        self.sent = request
        return {"MessageId": "d"}


def test_a_call_fits_into_the_time_reserved_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit holds for all attempts of the client together, each at its slowest."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    client = sqs_client()
    config = client.meta.config
    seconds = config.connect_timeout + config.read_timeout
    assert config.retries["total_max_attempts"] * seconds <= CALL_SECONDS_MAX
    client.close()


def test_an_unconfirmed_dead_lettering_raises(sqs: tuple[Any, Stubber]) -> None:
    """Only a confirmed copy counts; the reason is the service's code, never its text."""
    client, stubber = sqs
    stubber.add_client_error("send_message", "AccessDenied", "text that may quote the body")
    with pytest.raises(QueueUnavailable, match=r"did not confirm the message: AccessDenied$"):
        SqsQueue(client, dead_letter_url=DEAD).dead_letter(MESSAGE, code="INVALID", reason="r")


def test_a_response_without_a_message_id_confirms_nothing(sqs: tuple[Any, Stubber]) -> None:
    """A proxy may respond with 200 to anything."""
    client, stubber = sqs
    stubber.add_response("send_message", {})
    with pytest.raises(QueueUnavailable, match="response without MessageId"):
        dead_letter(client, {})


def test_without_a_url_nothing_is_dead_lettered(sqs: tuple[Any, Stubber]) -> None:
    """The error has a type of its own, and no request is sent."""
    client, _ = sqs
    with pytest.raises(NoDeadLetterQueue):
        SqsQueue(client, dead_letter_url=None).dead_letter(MESSAGE, code="INVALID", reason="r")


def test_a_delay_uses_the_aws_address_of_the_source(sqs: tuple[Any, Stubber]) -> None:
    """The address of the queue is derived from the record's ARN."""
    client, stubber = sqs
    wanted = {
        "QueueUrl": "https://sqs.eu-west-1.amazonaws.com/123456789012/commands",
        "ReceiptHandle": "r-1",
        "VisibilityTimeout": 60,
    }
    stubber.add_response("change_message_visibility", {}, wanted)
    assert SqsQueue(client, dead_letter_url=None).delay(MESSAGE, 60)


@pytest.mark.parametrize("code", ["AccessDenied", "MessageNotInflight", "RequestThrottled"])
def test_a_refused_delay_does_not_raise(sqs: tuple[Any, Stubber], code: str) -> None:
    """The queue's own visibility timeout then applies, for example without the permission."""
    client, stubber = sqs
    stubber.add_client_error("change_message_visibility", code)
    assert not SqsQueue(client, dead_letter_url=None).delay(MESSAGE, 60)
