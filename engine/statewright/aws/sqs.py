"""The two shapes that Lambda and SQS fix: the event that comes in and the answer that goes out.

Owns every key of both; nobody else looks into a record. An event whose message ids cannot all be read raises,
which deletes nothing; any other fault stays with its record.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from statewright.aws.trace import trace_id_of
from statewright.errors import StatewrightError


class UnknownEvent(StatewrightError):
    """No answer to this event could name its messages; `reason` names the key."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"not an SQS event: {reason}")


@dataclass(frozen=True, slots=True)
class Message:
    """One record of the event.

    `group`: the message group on a FIFO queue, None on a standard one, even where that carries a
    MessageGroupId for fairness: there it promises no order. `message_attributes` have the shape of the
    Lambda event (`stringValue`, `binaryValue`, `dataType`). `trace_header`: the sender's, of X-Ray. `fault`:
    what is wrong with the record, "" for a good one; the other fields then hold what could be read before.
    """

    message_id: str
    body: str
    receive_count: int = 1
    group: str | None = None
    source_arn: str = ""
    receipt_handle: str = ""
    message_attributes: Mapping[str, Any] = field(default_factory=dict)
    trace_header: str = ""
    fault: str = ""

    @property
    def trace_id(self) -> str:
        """The trace in which the message was sent; "" where it was in none."""
        return trace_id_of(self.trace_header)


def read_messages(event: object) -> tuple[Message, ...]:
    """The messages of an SQS event, in its order. Raises UnknownEvent where an id cannot be read."""
    match event:
        case {"Records": list(records)}:
            identifiers = [_message_id(record) for record in records]
            return tuple(map(_message, identifiers, records))
        case _:
            raise UnknownEvent("Records is missing or no list")


def batch_response(messages: Sequence[Message], done: Collection[str]) -> dict[str, list[dict[str, str]]]:
    """The answer that has SQS delete exactly the messages whose ids are in `done`.

    Built from the event's own ids, each once, in its order: an id that nobody settled is a failure.
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    identifiers = dict.fromkeys(message.message_id for message in messages)
    return {"batchItemFailures": [{"itemIdentifier": one} for one in identifiers if one not in done]}


def _message_id(record: object) -> str:
    match record:
        case {"messageId": str(message_id)} if message_id:
            return message_id
        case _:
            raise UnknownEvent("messageId is missing or no text")


class _Misshapen(Exception):
    """A part of one record is not as SQS sends it."""


def _message(message_id: str, record: Mapping[str, Any]) -> Message:
    """Its place in the queue first: a message whose content is broken still holds its group back."""
    message = Message(message_id, "")
    try:
        message = _placed(message, record)
        return _filled(message, record)
    except _Misshapen as fault:
        return replace(message, fault=str(fault))


def _placed(message: Message, record: Mapping[str, Any]) -> Message:
    attributes = _mapping(record, "attributes")
    source_arn = _text(record, "eventSourceARN", default="")
    return replace(
        message,
        receive_count=_receive_count(attributes),
        group=_text(attributes, "MessageGroupId") if source_arn.endswith(".fifo") else None,
        source_arn=source_arn,
    )


def _filled(message: Message, record: Mapping[str, Any]) -> Message:
    return replace(
        message,
        body=_text(record, "body"),
        receipt_handle=_text(record, "receiptHandle", default=""),
        message_attributes=_mapping(record, "messageAttributes"),
        trace_header=_text(_mapping(record, "attributes"), "AWSTraceHeader", default=""),
    )


def _text(record: Mapping[str, Any], key: str, *, default: str | None = None) -> str:
    value = record.get(key, default)
    if not isinstance(value, str):
        raise _Misshapen(f"{key} is missing or no text")
    return value


def _mapping(record: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = record.get(key) or {}
    if not isinstance(value, Mapping):
        raise _Misshapen(f"{key} is no object")
    return value


def _receive_count(attributes: Mapping[str, Any]) -> int:
    count = str(attributes.get("ApproximateReceiveCount", "1"))
    return max(1, int(count)) if count.isdecimal() and len(count) < 10 else 1
