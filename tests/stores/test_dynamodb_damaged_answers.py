"""A response that is damaged or comes from an intermediary is a transient error."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from statewright.errors import StoreUnavailable
from statewright.stores.dynamodb import DynamoStore
from statewright.stores.rules import absent
from tests.contracts.commits import STREAM, commit_at
from tests.emulators.raw_answers import DAMAGED, HTML, answer, answering, client_at

HEAD = absent(STREAM)
FROM_THE_SERVICE = "x-amzn-RequestId: 4ABC"


def store_at(raw: bytes) -> Iterator[DynamoStore]:
    with answering(raw) as url:
        store = DynamoStore(client_at("dynamodb", url), table="events")
        yield store
        store.close()


@pytest.fixture(params=DAMAGED, ids=str)
def store(request: pytest.FixtureRequest) -> Iterator[DynamoStore]:
    """Yield a store that receives the same damaged response to every request."""
    yield from store_at(DAMAGED[request.param])


def test_a_damaged_response_to_an_append_is_transient(store: DynamoStore) -> None:
    """It is unknown whether the commit was stored, so the request may be repeated."""
    with pytest.raises(StoreUnavailable, match='PutItem on table "events"'):
        store.append(HEAD, commit_at(HEAD, "c-1"))


def test_a_damaged_response_to_a_read_is_transient(store: DynamoStore) -> None:
    """The response says nothing about the table, the permissions or the stream."""
    with pytest.raises(StoreUnavailable, match='Query on table "events"'):
        store.read(STREAM)


@pytest.fixture(params=[b"", HTML, b'{"Items":[{"stre', b"{}"], ids=["empty", "HTML", "cut", "no items"])
def half_answered(request: pytest.FixtureRequest) -> Iterator[DynamoStore]:
    """Yield a store that receives the service's header, but not its body."""
    yield from store_at(answer(200, request.param, FROM_THE_SERVICE))


def test_a_page_without_a_valid_body_is_not_an_empty_stream(half_answered: DynamoStore) -> None:
    """Otherwise a command would be decided on the initial state."""
    with pytest.raises(StoreUnavailable, match="malformed response"):
        half_answered.read(STREAM)
