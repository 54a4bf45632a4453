"""Parses SQS events and builds the response to Lambda.

Owns the keys of both. An event with an unreadable message id raises, so nothing is deleted; any other fault
affects only its own record.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from statewright.aws.wrappers import unwrapped
from statewright.errors import StatewrightError
from statewright.runtime.application import Application, BatchResult, Content
from statewright.runtime.envelope import read_command
from statewright.runtime.message import Message
from statewright.runtime.results import Failure, FailureKind

# https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
_ROOT = re.compile(r"(?:^|;) *Root=(1-[0-9a-f]{8}-[0-9a-f]{24}) *(?:;|$)")


class UnknownEvent(StatewrightError):
    """The message ids of the event cannot be read. `reason` names the key."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"not an SQS event: {reason}")


@dataclass(frozen=True, slots=True)
class EventResult:
    """The result of an SQS event.

    `response`: the return value for Lambda.
    """

    batch: BatchResult
    response: dict[str, list[dict[str, str]]]


def handle_event(application: Application, event: object, context: object = None) -> EventResult:
    """Settle every message of an SQS event. Raises UnknownEvent if a message id cannot be read.

    `context`: Lambda's; without one there is no time limit.
    """
    messages = read_messages(event)
    batch = application.handle_batch(messages, _content, time_left=time_left(context))
    failed = {result.message.message_id for result in batch.results if result.failed}
    done = {result.message.message_id for result in batch.results} - failed
    return EventResult(batch, batch_response(messages, done))


def read_messages(event: object) -> tuple[Message, ...]:
    """The messages of an SQS event, in order. Raises UnknownEvent if an id cannot be read."""
    match event:
        case {"Records": list(records)}:
            identifiers = [_message_id(record) for record in records]
            return tuple(map(_message, identifiers, records))
        case _:
            raise UnknownEvent("Records is missing or not a list")


def batch_response(messages: Sequence[Message], done: Collection[str]) -> dict[str, list[dict[str, str]]]:
    """The response that makes SQS delete exactly the messages with ids in `done`.

    Lists all other ids of the event, each once and in order, as failures.
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    identifiers = dict.fromkeys(message.message_id for message in messages)
    return {"batchItemFailures": [{"itemIdentifier": one} for one in identifiers if one not in done]}


def time_left(context: object) -> Callable[[], float]:
    """A function for the remaining time in seconds; infinite without a Lambda context."""
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    return (lambda: math.inf) if remaining is None else (lambda: remaining() / 1000)


def trace_id_of(header: str) -> str:
    """The trace id in a header; "" if it is missing or malformed.

    >>> trace_id_of("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1")
    '1-5759e988-bd862e3fe1be46a994272793'
    """
    found = _ROOT.search(header)
    return found[1] if found else ""


def _content(message: Message) -> Content:
    if message.fault:
        return Failure(FailureKind.MISSHAPEN, message.fault)
    return read_command(message.body, trace_id=message.trace_id, unwrapped=unwrapped)


def _message_id(record: object) -> str:
    match record:
        case {"messageId": str(message_id)} if message_id:
            return message_id
        case _:
            raise UnknownEvent("messageId is missing or not a string")


class _Misshapen(Exception):
    """A part of one record does not have the form that SQS sends."""


def _message(message_id: str, record: Mapping[str, Any]) -> Message:
    """Parse a record. The group comes first, because a malformed message still holds back its group."""
    message = Message(message_id, "")
    try:
        message = _placed(message, record)
        return _filled(message, record)
    except _Misshapen as fault:
        return replace(message, fault=str(fault))


def _placed(message: Message, record: Mapping[str, Any]) -> Message:
    attributes = _mapping(record, "attributes")
    source = _text(record, "eventSourceARN", default="")
    return replace(
        message,
        receive_count=_receive_count(attributes),
        group=_text(attributes, "MessageGroupId") if source.endswith(".fifo") else None,
        source=source,
    )


def _filled(message: Message, record: Mapping[str, Any]) -> Message:
    trace_header = _text(_mapping(record, "attributes"), "AWSTraceHeader", default="")
    return replace(
        message,
        body=_text(record, "body"),
        receipt_handle=_text(record, "receiptHandle", default=""),
        attributes=_mapping(record, "messageAttributes"),
        trace_header=trace_header,
        trace_id=trace_id_of(trace_header),
    )


def _text(record: Mapping[str, Any], key: str, *, default: str | None = None) -> str:
    value = record.get(key, default)
    if not isinstance(value, str):
        raise _Misshapen(f"{key} is missing or not a string")
    return value


def _mapping(record: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = record.get(key) or {}
    if not isinstance(value, Mapping):
        raise _Misshapen(f"{key} is not an object")
    return value


def _receive_count(attributes: Mapping[str, Any]) -> int:
    count = str(attributes.get("ApproximateReceiveCount", "1"))
    return max(1, int(count)) if count.isdecimal() and len(count) < 10 else 1
