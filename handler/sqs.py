"""The two shapes that Lambda and SQS fix: the event that comes in and the answer that goes out.

Owns every key of both; nobody else looks into a record. An event of another shape raises, which deletes
nothing. Called by `handler.app` at the beginning and the end of a batch.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.errors import StatewrightError


class UnknownEvent(StatewrightError):
    """The event is not one that SQS sends to Lambda; `reason` names the key."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"not an SQS event: {reason}")


@dataclass(frozen=True, slots=True)
class Message:
    """One record of the event.

    `group`: the message group on a FIFO queue, None on a standard one, even where that carries a
    MessageGroupId for fairness: there it promises no order. `message_attributes` have the shape of the
    Lambda event (`stringValue`, `binaryValue`, `dataType`).
    """

    message_id: str
    body: str
    receive_count: int = 1
    group: str | None = None
    source_arn: str = ""
    receipt_handle: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    message_attributes: Mapping[str, Any] = field(default_factory=dict)


def read_messages(event: object) -> tuple[Message, ...]:
    """The messages of an SQS event, in its order. Raises UnknownEvent for any other shape."""
    match event:
        case {"Records": list(records)}:
            return tuple(_message(record) for record in records)
        case _:
            raise UnknownEvent("Records is missing or no list")


def batch_response(messages: Sequence[Message], done: Collection[str]) -> dict[str, list[dict[str, str]]]:
    """The answer that has SQS delete exactly the messages whose ids are in `done`.

    Built from the event's own ids, each once, in its order: an id that nobody settled is a failure.
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    identifiers = dict.fromkeys(message.message_id for message in messages)
    return {"batchItemFailures": [{"itemIdentifier": one} for one in identifiers if one not in done]}


def _message(record: object) -> Message:
    if not isinstance(record, Mapping):
        raise UnknownEvent("a record is no object")
    attributes = _mapping(record, "attributes")
    source_arn = record.get("eventSourceARN", "")
    if not isinstance(source_arn, str):
        raise UnknownEvent("eventSourceARN is no string")
    return Message(
        message_id=_text(record, "messageId", empty=False),
        body=_text(record, "body"),
        receive_count=_receive_count(attributes),
        group=_text(attributes, "MessageGroupId", empty=False) if source_arn.endswith(".fifo") else None,
        source_arn=source_arn,
        receipt_handle=_text(record, "receiptHandle") if "receiptHandle" in record else "",
        attributes=attributes,
        message_attributes=_mapping(record, "messageAttributes"),
    )


def _text(record: Mapping[str, Any], key: str, *, empty: bool = True) -> str:
    value = record.get(key)
    if not isinstance(value, str) or not (value or empty):
        raise UnknownEvent(f"{key} is missing or no text")
    return value


def _mapping(record: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = record.get(key) or {}
    if not isinstance(value, Mapping):
        raise UnknownEvent(f"{key} is no object")
    return value


def _receive_count(attributes: Mapping[str, Any]) -> int:
    count = str(attributes.get("ApproximateReceiveCount", "1"))
    return max(1, int(count)) if count.isdecimal() and len(count) < 10 else 1
