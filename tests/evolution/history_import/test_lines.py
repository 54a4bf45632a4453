"""Validation of a single line of an export."""

from __future__ import annotations

import codecs
import json
from typing import Any

import pytest

from statewright.evolution.history_import import FoldedStream, ImportFault
from statewright.evolution.history_import.lines import LINE_BYTES_MAX
from tests.evolution.history_import.export import ORDER, fault, line, order, read, read_one

GOOD = json.loads(line(ORDER, 1, "OrderPlaced", {"total": 1}))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"version": 0}, "version: must be an integer of at least 1"),
        ({"version": 1.5}, "version: must be an integer of at least 1"),
        ({"version": True}, "version: must be an integer of at least 1"),
        ({"version": "1"}, "version: must be an integer of at least 1"),
        ({"type": "order placed"}, "type: must match "),
        ({"type": None}, "type: is required and must be a string"),
        ({"data": [1]}, "data: must be an object"),
        ({"time": "2024-05-01"}, 'time: "2024-05-01" is not an RFC 3339 timestamp such as '),
        ({"command_id": "a/b"}, "command_id: must match "),
        ({"actor_id": "x" * 129}, "actor_id: must be a string of at most 128 characters"),
        ({"correlation_id": 7}, "correlation_id: must be a string"),
        ({"tpye": "OrderPlaced"}, 'line: unknown key "tpye"; did you mean "type"?'),
        ({"stream": "order"}, "stream: must be machine/aggregate_id: aggregate_id must match "),
        ({"stream": "or der/o-1"}, "stream: must be machine/aggregate_id: machine must match "),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, Any], reason: str) -> None:
    """The message names the field and the expected value."""
    assert fault(json.dumps(GOOD | change)).reason.startswith(reason)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("nonsense", "line: is not valid JSON at character 0: "),
        ("[1]", "line: must be an object"),
        ("{}", "stream: is required and must be a string"),
        (b'{"stream": "\xff"}', "line: is not UTF-8, byte 13"),
        ('{"stream": "order/o-1", "stream": "order/o-1"}', 'line: key "stream" appears twice'),
        ('{"stream": "order/o-1", "data": {"total": NaN}}', "line.data.total: NaN and Infinity are not JSON"),
        (
            f'{{"stream": "order/o-1", "data": {{"total": {10**37}}}}}',
            "line.data.total: is an integer that does not fit in 64 bits",
        ),
        ('{"stream": "order/\\ud800"}', "line.stream: contains half of a surrogate pair"),
        ("x" * (LINE_BYTES_MAX + 1), "line: is longer than 2,097,152 bytes"),
    ],
)
def test_an_invalid_line_is_a_fault(text: str | bytes, reason: str) -> None:
    """A line that is not a valid event is reported as a fault."""
    assert fault(text).reason.startswith(reason)


def test_an_oversized_line_counts_as_one_line() -> None:
    """The following lines keep their numbers."""
    found = fault(*order()[:1], "x" * (3 * LINE_BYTES_MAX), "nonsense")
    assert (found.stream, found.line) == (ORDER, 2)


def test_a_line_that_names_no_stream_is_a_fault_of_the_stream_before_it() -> None:
    """A line without a stream is a fault of the preceding stream, whose event it may be."""
    found = fault(*order(), "nonsense")
    assert (found.stream, found.line) == (ORDER, 4)


@pytest.mark.parametrize(
    "unreadable",
    [
        f'"data": {{"total": {10**37}}}',
        '"data": {"total": NaN}',
        '"version": 1, "version": 1',
        b'"data": {"name": "\xff"}',
        '"data": {"name": "\\ud800"}',
        f'"data": {"[" * 100}{"]" * 100}',
        '"type": 7',
    ],
)
def test_an_invalid_line_is_a_fault_of_the_stream_that_it_names(unreadable: str | bytes) -> None:
    """Other streams are imported."""
    text = unreadable.encode() if isinstance(unreadable, str) else unreadable
    bad = b'{"stream": "order/o-2", ' + text + b"}"
    found = read(*order("order/o-1"), bad, *order("order/o-3"))
    assert [(type(one), one.stream) for one in found] == [
        (FoldedStream, "order/o-1"),
        (ImportFault, "order/o-2"),
        (FoldedStream, "order/o-3"),
    ]


def test_a_version_without_a_fraction_is_an_integer() -> None:
    """Some serialisers write every number as a double."""
    written = json.dumps(GOOD | {"version": 1.0, "event_version": 1.0})
    assert read_one(written).commits == read_one(json.dumps(GOOD)).commits


def test_null_counts_as_absent() -> None:
    """Exports write null for an empty column."""
    keys = ("command_id", "actor_id", "correlation_id", "causation_id")
    assert read_one(json.dumps(GOOD | dict.fromkeys(keys))).commits == read_one(json.dumps(GOOD)).commits


def test_blank_lines_and_a_byte_order_mark_are_skipped() -> None:
    """Blank lines and a byte order mark, which editors add, are ignored."""
    first, *others = order()
    assert read_one(f"{codecs.BOM_UTF8.decode()}{first}", "", "  \r", *others).state.version == 3


@pytest.mark.parametrize(
    ("time", "stored"),
    [
        ("2024-05-01T09:00:00Z", "2024-05-01T09:00:00.000000Z"),
        ("2024-05-01T09:00:00.5+02:00", "2024-05-01T07:00:00.500000Z"),
        ("2024-05-01t09:00:00.123456789z", "2024-05-01T09:00:00.123456Z"),
    ],
)
def test_times_are_stored_in_utc_with_six_digits(time: str, stored: str) -> None:
    """Stored times are in UTC with six digits, so that text order is time order."""
    assert read_one(json.dumps(GOOD | {"time": time})).commits[0].time == stored
