"""Reads input as batches, in the form of the SQS events that Lambda receives.

Decides by content whether the input is one SQS event or one command per line. Reads on demand, so memory use
does not grow with the number of commands. Does not parse commands.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import IO, Any

from statewright.errors import StatewrightError
from statewright.strict_json import bounded_lines

# The maximum event of Lambda: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
EVENT_BYTES_MAX = 6 * 1024 * 1024

# The default of SQS. Larger batches would not be faster, as a batch makes one commit per aggregate.
BATCH_SIZE = 10


class UnknownInput(StatewrightError):
    """The input is neither an SQS event nor lines of commands."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the input must be one SQS event, or one command per line: {reason}")


@dataclass(frozen=True, slots=True)
class Batch:
    """An SQS event. `given`: it is the input itself; otherwise each message id is a line number."""

    event: dict[str, Any]
    given: bool


def read_batches(stream: IO[bytes]) -> Iterator[Batch]:
    """One SQS event, or a batch for every ten lines with a command. Blank lines are skipped.

    Raises UnknownInput if there are lines after an event, or an event is too large for Lambda.
    """
    lines = bounded_lines(stream, bytes_max=EVENT_BYTES_MAX)
    beginning = _beginning(lines)
    document = _json_object(b"".join(beginning))
    if "Records" in document:
        if any(line.strip() for line in lines):
            raise UnknownInput("there are more lines after the event")
        yield Batch(document, given=True)
        return
    if document and len(beginning) > 1:  # one command on several lines
        beginning = [b"".join(beginning)]
    elif sum(map(len, beginning)) >= EVENT_BYTES_MAX:
        raise UnknownInput(
            f"no JSON object ends within the first {EVENT_BYTES_MAX:,} bytes, the maximum of an event"
        )
    numbered = enumerate(chain(beginning, lines), 1)
    records = (_record(number, line) for number, line in numbered if line.strip())
    while batch := list(islice(records, BATCH_SIZE)):
        yield Batch({"Records": batch}, given=False)


def _beginning(lines: Iterator[bytes]) -> list[bytes]:
    """The first line if it is a JSON object, otherwise lines up to the maximum size of an event."""
    taken: list[bytes] = []
    size = 0
    for line in lines:
        taken.append(line)
        size += len(line)
        if size > EVENT_BYTES_MAX or (size == len(line) and _json_object(line)):
            break
    return taken


def _json_object(text: bytes) -> dict[str, Any]:
    """The object in `text`; empty if it is not a JSON object."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _record(number: int, line: bytes) -> dict[str, Any]:
    # Bytes that are not UTF-8 become lone surrogates, which the handler refuses with their position.
    body = line.decode("utf-8", "surrogateescape").rstrip("\r\n")
    return {
        "messageId": str(number),
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
    }
