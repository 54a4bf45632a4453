"""Input to batches: what a file or a pipe holds, in the shape in which SQS hands messages to Lambda.

Decides by content whether that is one SQS event or commands line by line. Reads on only when asked, so that
any number of commands takes the memory of one batch. Knows nothing of what a command is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import IO, Any

from statewright.errors import StatewrightError
from statewright.strict_json import bounded_lines

# What Lambda accepts as one event: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
EVENT_BYTES_MAX = 6 * 1024 * 1024

# As many as SQS hands out by default. More would not be faster: a batch makes one commit per aggregate.
BATCH_SIZE = 10


class UnknownInput(StatewrightError):
    """Nothing is passed over in silence."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the input must be one SQS event, or one command per line: {reason}")


@dataclass(frozen=True, slots=True)
class Batch:
    """An SQS event. `given`: it came as it is; otherwise each message's id is the number of its line."""

    event: dict[str, Any]
    given: bool


def read_batches(stream: IO[bytes]) -> Iterator[Batch]:
    """One SQS event, or a batch for every few lines that hold a command; blank lines are passed over.

    Raises UnknownInput where lines follow an event, or where one is larger than Lambda takes.
    """
    lines = bounded_lines(stream, bytes_max=EVENT_BYTES_MAX)
    beginning = _beginning(lines)
    document = _json_object(b"".join(beginning))
    if "Records" in document:
        if any(line.strip() for line in lines):
            raise UnknownInput("there are more lines after the event")
        yield Batch(document, given=True)
        return
    if document and len(beginning) > 1:  # one command over several lines
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
    """The first line if it is a JSON object, else as many lines as an event may have bytes."""
    taken: list[bytes] = []
    size = 0
    for line in lines:
        taken.append(line)
        size += len(line)
        if size > EVENT_BYTES_MAX or (size == len(line) and _json_object(line)):
            break
    return taken


def _json_object(text: bytes) -> dict[str, Any]:
    """Empty where the text is no JSON object."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _record(number: int, line: bytes) -> dict[str, Any]:
    # Bytes that are no UTF-8 become lone surrogates, which the handler refuses with the place.
    body = line.decode("utf-8", "surrogateescape").rstrip("\r\n")
    return {
        "messageId": str(number),
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
    }
