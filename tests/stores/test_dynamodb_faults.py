"""Requests to DynamoDB and responses may get lost, but no commit is stored twice."""

from __future__ import annotations

from typing import Any

import pytest

from statewright.errors import Conflict, CorruptStream, StoreMisconfigured, StoreUnavailable
from statewright.stores.dynamodb import dynamodb_client
from statewright.stores.record_text import encode
from statewright.stores.rules import absent
from tests.contracts.commits import OTHER_STREAM, STREAM, commit_at, fill, versions
from tests.stores.wire import (
    Fault,
    Wire,
    answer_broken,
    answer_damaged,
    answer_lost,
    item_withheld,
    lost,
    refused,
    welcomed,
)

THROTTLED = refused(400, "ProvisionedThroughputExceededException")
HEAD = absent(STREAM)
COMMIT = commit_at(HEAD, "c-1", events=3)


@pytest.mark.parametrize("fault", [answer_lost, answer_broken])
def test_repeating_an_append_recovers_a_lost_response(wire: Wire, fault: Fault) -> None:
    """The repeated put finds its own commit and returns its head; the commit is stored once."""
    wire.disturb(fault)
    with pytest.raises(StoreUnavailable):
        wire.store.append(HEAD, COMMIT)
    assert wire.store.append(HEAD, COMMIT).version == 3
    assert wire.sent == ["PutItem"] * 2
    assert wire.store.read(STREAM).commits == (COMMIT,)


def test_repeating_an_append_recovers_a_lost_request(wire: Wire) -> None:
    """The caller cannot distinguish the two cases, and repeats the call in both."""
    wire.disturb(lost)
    with pytest.raises(StoreUnavailable):
        wire.store.append(HEAD, COMMIT)
    assert wire.store.read(STREAM).commits == ()
    assert wire.store.append(HEAD, COMMIT).version == 3


def test_after_a_lost_answer_another_writer_is_a_conflict(wire: Wire) -> None:
    """The stored commit is the winner, even for a writer that does not know whether it was first."""
    wire.disturb(lost)
    with pytest.raises(StoreUnavailable):
        wire.store.append(HEAD, COMMIT)
    other = commit_at(HEAD, "c-2")
    wire.store.append(HEAD, other)
    with pytest.raises(Conflict) as caught:
        wire.store.append(HEAD, COMMIT)
    assert caught.value.winner == other


def test_retries_of_the_sdk_recognize_their_own_commit(wire: Wire) -> None:
    """A tool's client retries, and finds the commit of its own first attempt."""
    patient = Wire(dynamodb_client(attempts=5), table=wire.table)
    patient.disturb(answer_lost, THROTTLED)
    assert patient.store.append(HEAD, COMMIT).version == 3
    assert patient.sent == ["PutItem"] * 3


def test_the_sdk_does_not_retry_for_the_handler(wire: Wire) -> None:
    """The handler retries by itself, because it knows how much time is left."""
    wire.disturb(THROTTLED)
    with pytest.raises(StoreUnavailable, match=r"PutItem .* failed: ProvisionedThroughputExceededException"):
        wire.store.append(HEAD, COMMIT)
    assert wire.sent == ["PutItem"]


def test_a_conflict_costs_no_read(wire: Wire) -> None:
    """The failed put returns the winning commit."""
    stale = fill(wire.store, ["c-1"])
    fill(wire.store, ["c-2", "c-3"])
    wire.reset()
    with pytest.raises(Conflict) as caught:
        wire.store.append(stale, commit_at(stale, "c-4"))
    assert (caught.value.winner.commands[0].id, wire.sent) == ("c-2", ["PutItem"])


def test_a_winner_that_is_not_returned_is_queried(wire: Wire) -> None:
    """If the service does not return the item, one query reads it, for a writer's own commit or another's."""
    fill(wire.store, ["c-1"])
    mine = wire.store.read(STREAM).commits[0]
    wire.disturb(item_withheld)
    assert wire.store.append(HEAD, mine).version == 1
    wire.disturb(item_withheld)
    with pytest.raises(Conflict) as caught:
        wire.store.append(HEAD, COMMIT)
    assert caught.value.winner == mine


def test_a_damaged_response_is_rejected(wire: Wire) -> None:
    """A response with a wrong checksum is rejected although it can be parsed."""
    fill(wire.store, ["c-1"])
    wire.disturb(answer_damaged)
    with pytest.raises(StoreUnavailable, match="ChecksumError"):
        wire.store.read(STREAM)
    assert wire.store.read(STREAM).commits[0].events[0].type == "PaymentReceived"


def test_a_fault_between_two_pages_fails_the_read(wire: Wire) -> None:
    """A read never returns a part of the stream as the whole."""
    fill(wire.store, [f"c-{n}" for n in range(6)], data="x" * 300_000)
    wire.disturb(lambda _request: None, THROTTLED)
    with pytest.raises(StoreUnavailable):
        wire.store.read(STREAM)
    assert versions(wire.store.read(STREAM).commits) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "ProvisionedThroughputExceededException"),
        (400, "ThrottlingException"),
        (400, "RequestLimitExceeded"),
        (400, "LimitExceededException"),
        (400, "TransactionConflictException"),
        (400, "ExpiredTokenException"),
        (500, "InternalServerError"),
        (503, "ServiceUnavailable"),
        (502, "Unheard"),
    ],
)
def test_a_transient_error_may_be_retried(wire: Wire, status: int, code: str) -> None:
    """The error is recognized by its code, or by a server status."""
    wire.disturb(refused(status, code))
    with pytest.raises(StoreUnavailable, match=code):
        wire.store.read(STREAM)


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        ("AccessDeniedException", "Query on table .* is not allowed; the role needs dynamodb:Query"),
        ("UnrecognizedClientException", "check the caller's credentials"),
        ("InvalidSignatureException", "check the caller's credentials and clock"),
        ("ValidationException", r"its keys must be stream \(string\) and version \(number\)"),
        ("Unheard", r"rejected Query \(Unheard\)"),
    ],
)
def test_a_misconfiguration_names_its_fix(wire: Wire, code: str, remedy: str) -> None:
    """The message names the table and the fix, and never quotes the service."""
    wire.disturb(refused(400, code))
    with pytest.raises(StoreMisconfigured, match=remedy) as caught:
        wire.store.read(STREAM)
    assert f'"{wire.table}"' in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "record",
    [{}, {"record": {"N": "1"}}, {"record": {"S": "{"}}, {"record": {"S": encode(COMMIT)}}],
    ids=["none", "a number", "no commit", "of another stream"],
)
def test_a_damaged_record_is_a_corrupt_stream(wire: Wire, record: dict[str, Any]) -> None:
    """The record is neither read nor overwritten; reads and appends report the same version."""
    key = {"stream": {"S": OTHER_STREAM}, "version": {"N": "1"}}
    wire.client.put_item(TableName=wire.table, Item={**key, **record})
    head = absent(OTHER_STREAM)
    with pytest.raises(CorruptStream, match=f"{OTHER_STREAM} is corrupt at version 1"):
        wire.store.read(OTHER_STREAM)
    with pytest.raises(CorruptStream, match=f"{OTHER_STREAM} is corrupt at version 1"):
        wire.store.append(head, commit_at(head, "c-1"))


def test_a_response_of_a_proxy_confirms_nothing(wire: Wire) -> None:
    """A proxy that responds with 200 to anything has stored nothing."""
    wire.disturb(welcomed, welcomed)
    with pytest.raises(StoreUnavailable, match="malformed response"):
        wire.store.append(HEAD, COMMIT)
    with pytest.raises(StoreUnavailable, match="malformed response"):
        wire.store.read(STREAM)
