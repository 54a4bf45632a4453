"""The event and the response have the formats that Lambda defines."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statewright.aws.sqs import UnknownEvent, batch_response, read_messages

TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"
STANDARD = "arn:aws:sqs:eu-west-1:123456789012:commands"


def record(**changes: Any) -> dict[str, Any]:
    return {
        "messageId": "m-1",
        "receiptHandle": "r-1",
        "body": "{}",
        "attributes": {"ApproximateReceiveCount": "3", "MessageGroupId": "g", "AWSTraceHeader": TRACE},
        "messageAttributes": {"trace": {"stringValue": "t", "dataType": "String"}},
        "eventSource": "aws:sqs",
        "eventSourceARN": STANDARD,
    } | changes


def test_a_record_becomes_a_message() -> None:
    """The message has every part of the record that the handler needs."""
    [message] = read_messages({"Records": [record()]})
    assert (message.message_id, message.body, message.receive_count) == ("m-1", "{}", 3)
    assert (message.receipt_handle, message.source) == ("r-1", STANDARD)
    assert message.attributes["trace"]["stringValue"] == "t"
    assert (message.trace_header, message.trace_id) == (TRACE, "1-5759e988-bd862e3fe1be46a994272793")


def test_a_group_is_used_on_fifo_only() -> None:
    """A standard queue may carry a group id for fairness, which promises no order."""
    [standard] = read_messages({"Records": [record()]})
    [fifo] = read_messages({"Records": [record(eventSourceARN=STANDARD + ".fifo")]})
    assert (standard.group, fifo.group) == (None, "g")


@pytest.mark.parametrize(
    "event",
    [
        None,
        {},
        [],
        {"Records": None},
        {"Records": [7]},
        {"Records": [record(messageId="")]},
        {"Records": [record(messageId=7)]},
        {"Records": [record(), {"body": "{}"}]},
    ],
)
def test_an_event_without_all_its_ids_raises(event: object) -> None:
    """A response that cannot name a message would delete it; an error deletes none."""
    with pytest.raises(UnknownEvent):
        read_messages(event)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"body": None}, "body is missing or not a string"),
        ({"attributes": "x"}, "attributes is not an object"),
        ({"eventSourceARN": 7}, "eventSourceARN is missing or not a string"),
        (
            {"eventSourceARN": STANDARD + ".fifo", "attributes": {}},
            "MessageGroupId is missing or not a string",
        ),
        ({"attributes": {"AWSTraceHeader": 7}}, "AWSTraceHeader is missing or not a string"),
        ({"receiptHandle": []}, "receiptHandle is missing or not a string"),
        ({"messageAttributes": 1}, "messageAttributes is not an object"),
    ],
)
def test_a_broken_record_keeps_its_id_and_fault(changes: dict[str, Any], fault: str) -> None:
    """The response can therefore name it, and its neighbours are unaffected."""
    broken, whole = read_messages({"Records": [record(**changes), record(messageId="m-2")]})
    assert (broken.message_id, broken.fault) == ("m-1", fault)
    assert (whole.message_id, whole.fault) == ("m-2", "")


def test_a_broken_record_keeps_its_group() -> None:
    """Later messages in the group wait for it."""
    [broken] = read_messages({"Records": [record(eventSourceARN=STANDARD + ".fifo", body=None)]})
    assert broken.group == "g"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


@pytest.mark.slow
@given(st.dictionaries(st.sampled_from(sorted(set(record()) - {"messageId"})), JSON))
def test_any_record_with_an_id_is_a_message(changes: dict[str, Any]) -> None:
    """The other parts of the record may have any value."""
    [message] = read_messages({"Records": [record(**changes)]})
    assert message.message_id == "m-1"


@pytest.mark.parametrize("count", ["", "0", "x", "²", "9" * 5000])
def test_an_odd_receive_count_is_read_as_1(count: str) -> None:
    """The count only sets a delay, so it need not be exact."""
    [message] = read_messages({"Records": [record(attributes={"ApproximateReceiveCount": count})]})
    assert message.receive_count == 1


@given(st.lists(st.sampled_from("abcdefg")), st.sets(st.sampled_from("abcdefgxyz")))
def test_the_response_lists_each_unfinished_id_once_in_order(ids: list[str], done: set[str]) -> None:
    """The response contains every id of the event that is not done, and no other id."""
    messages = read_messages({"Records": [record(messageId=one) for one in ids]})
    response = batch_response(messages, done)
    listed = [failure["itemIdentifier"] for failure in response["batchItemFailures"]]
    assert set(response) == {"batchItemFailures"}
    assert listed == [one for one in dict.fromkeys(ids) if one not in done]
