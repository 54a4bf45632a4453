"""The queue adapter for SQS: sends dead letters to another queue, and delays with the visibility timeout.

Translates errors of the SDK, so callers never see botocore.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from statewright.errors import UNREADABLE_ANSWER
from statewright.runtime.message import Message
from statewright.runtime.queue import CALL_SECONDS_MAX, NoDeadLetterQueue, QueueUnavailable

ATTRIBUTES_MAX = 10  # the maximum that SQS allows
ATTRIBUTE = "statewright"  # added by the handler; says why a message was dead-lettered
REASON_LENGTH_MAX = 512
CONNECT_SECONDS_MAX = 1.0


def sqs_client() -> Any:
    """The SDK's client, without retries: the next delivery of the message is the retry."""
    config = Config(
        connect_timeout=CONNECT_SECONDS_MAX,
        read_timeout=CALL_SECONDS_MAX - CONNECT_SECONDS_MAX,
        retries={"mode": "standard", "total_max_attempts": 1},
    )
    return boto3.client("sqs", config=config)


class SqsQueue:
    """A `Queue` on SQS.

    `client`: of boto3 for SQS, in the region of the command queue.
    """

    def __init__(self, client: Any, *, dead_letter_url: str | None) -> None:
        self._client = client
        self._dead_letter_url = dead_letter_url

    def dead_letter(self, message: Message, /, *, code: str, reason: str) -> bool:
        """Adds a single attribute, so at most one of the sender's ten is left out, the last by name."""
        if self._dead_letter_url is None:
            raise NoDeadLetterQueue
        senders = _senders_attributes(message)
        left_out = sorted(senders)[ATTRIBUTES_MAX - 1 :]
        kept = {name: attribute for name, attribute in senders.items() if name not in left_out}
        label = _label(message, code=code, reason=reason, left_out=left_out)
        try:
            answer = self._client.send_message(
                QueueUrl=self._dead_letter_url,
                MessageBody=message.body,
                MessageAttributes={**kept, ATTRIBUTE: label},
                **_trace(message),
                **self._place_in_order(message),
            )
        except (ClientError, BotoCoreError) as error:
            raise QueueUnavailable(_error_name(error)) from error
        except UNREADABLE_ANSWER as error:
            raise QueueUnavailable("malformed response") from error
        if "MessageId" not in answer:  # a proxy may answer 200 to anything
            raise QueueUnavailable("response without MessageId")
        return not left_out

    def delay(self, message: Message, seconds: int, /) -> bool:
        try:
            self._client.change_message_visibility(
                QueueUrl=self._source_url(message),
                ReceiptHandle=message.receipt_handle,
                VisibilityTimeout=seconds,
            )
        except (ClientError, BotoCoreError, *UNREADABLE_ANSWER):
            return False
        return True

    def _place_in_order(self, message: Message) -> dict[str, str]:
        """The group for a FIFO queue, and a deduplication id, so that a repeated call sends one message."""
        if not (self._dead_letter_url or "").endswith(".fifo"):
            return {}
        return {
            "MessageGroupId": message.group or message.message_id,
            "MessageDeduplicationId": message.message_id,
        }

    def _source_url(self, message: Message) -> str:
        """The URL of the message's queue; without an ARN, a URL that belongs to no queue."""
        endpoint: str = self._client.meta.endpoint_url
        return "/".join((endpoint.rstrip("/"), *message.source.split(":")[-2:]))


def _trace(message: Message) -> dict[str, Any]:
    """Keep the dead-lettered copy in the sender's trace."""
    if not message.trace_header:
        return {}
    attribute = {"DataType": "String", "StringValue": message.trace_header}
    return {"MessageSystemAttributes": {"AWSTraceHeader": attribute}}


def _senders_attributes(message: Message) -> dict[str, dict[str, Any]]:
    """The attributes to copy, without the handler's own from an earlier dead-lettering."""
    sent_on = {name: _sent_on(attribute) for name, attribute in message.attributes.items()}
    return {name: attribute for name, attribute in sent_on.items() if attribute and name != ATTRIBUTE}


def _sent_on(attribute: object) -> dict[str, Any] | None:
    """Convert an attribute from the form of a Lambda event to that of the SDK; None if it is malformed."""
    match attribute:
        case {"dataType": str(kind), "binaryValue": str(encoded)} if kind:
            try:
                return {"DataType": kind, "BinaryValue": base64.b64decode(encoded, validate=True)}
            except ValueError:
                return None
        case {"dataType": str(kind), "stringValue": str(text)} if kind and text:
            return {"DataType": kind, "StringValue": text}
        case _:
            return None


def _label(message: Message, *, code: str, reason: str, left_out: Sequence[str]) -> dict[str, str]:
    """The handler's attribute, in printable ASCII, because SQS refuses control characters."""
    label = {"code": code, "reason": reason[:REASON_LENGTH_MAX], "source": message.source or "unknown"}
    if left_out:
        label["left_out"] = ", ".join(left_out)
    return {"DataType": "String", "StringValue": json.dumps(label).replace("\x7f", "\\u007f")}


def _error_name(error: ClientError | BotoCoreError) -> str:
    """The error code, without the message, which may quote the request."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "unknown"))
    return type(error).__name__
