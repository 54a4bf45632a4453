"""The queue adapter for SQS: parking is a message to the dead-letter queue, a delay a visibility timeout.

Translates what the SDK raises; above nobody sees botocore. Built by `handler.app` only where a queue is
configured, so that a local run does not pay for the SDK's import.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from handler.requests import NoDeadLetterQueue, QueueUnavailable
from handler.sqs import Message

ATTRIBUTES_MAX = 10  # that SQS takes with a message
REASON_LENGTH_MAX = 512


class SqsQueue:
    """`client`: of boto3 for SQS, in the region of the queue that feeds us."""

    def __init__(self, client: Any, *, dead_letter_url: str | None) -> None:
        self._client = client
        self._dead_letter_url = dead_letter_url

    def park(self, message: Message, /, *, code: str, reason: str) -> None:
        if self._dead_letter_url is None:
            raise NoDeadLetterQueue
        try:
            self._client.send_message(
                QueueUrl=self._dead_letter_url,
                MessageBody=message.body,
                MessageAttributes=_attributes(message, code=code, reason=reason),
                **self._place_in_order(message),
            )
        except (ClientError, BotoCoreError) as error:
            raise QueueUnavailable(_error_name(error)) from error

    def delay(self, message: Message, seconds: int, /) -> bool:
        try:
            self._client.change_message_visibility(
                QueueUrl=self._source_url(message),
                ReceiptHandle=message.receipt_handle,
                VisibilityTimeout=seconds,
            )
        except (ClientError, BotoCoreError):
            return False
        return True

    def _place_in_order(self, message: Message) -> dict[str, str]:
        """A FIFO queue wants a group; the deduplication id makes a repeated parking one message."""
        if not (self._dead_letter_url or "").endswith(".fifo"):
            return {}
        return {
            "MessageGroupId": message.group or message.message_id,
            "MessageDeduplicationId": message.message_id,
        }

    def _source_url(self, message: Message) -> str:
        *_, account, name = message.source_arn.split(":")
        return f"{self._client.meta.endpoint_url}/{account}/{name}"


def _attributes(message: Message, *, code: str, reason: str) -> dict[str, dict[str, Any]]:
    """Ours first; of the sender's as many as there is room for, by name."""
    attributes = {
        "statewright_code": _text_attribute(code),
        "statewright_reason": _text_attribute(reason[:REASON_LENGTH_MAX]),
        "statewright_source": _text_attribute(message.source_arn or "unknown"),
    }
    for name in sorted(message.message_attributes):
        if len(attributes) < ATTRIBUTES_MAX:
            attributes.setdefault(name, _original_attribute(message.message_attributes[name]))
    return attributes


def _text_attribute(value: str) -> dict[str, Any]:
    return {"DataType": "String", "StringValue": value.encode("ascii", "backslashreplace").decode() or "-"}


def _original_attribute(attribute: Mapping[str, Any]) -> dict[str, Any]:
    """From the shape of the Lambda event to that of the SDK."""
    if attribute.get("binaryValue") is not None:
        value = base64.b64decode(attribute["binaryValue"])
        return {"DataType": attribute["dataType"], "BinaryValue": value}
    return {"DataType": attribute["dataType"], "StringValue": attribute.get("stringValue", "")}


def _error_name(error: ClientError | BotoCoreError) -> str:
    """The service's word for the error; its message may quote what was sent."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "unknown"))
    return type(error).__name__
