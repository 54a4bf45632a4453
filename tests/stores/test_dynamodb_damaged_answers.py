"""An answer that is not what DynamoDB says, cut or of something between: transient, and nobody's mistake."""

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
    """It gets one damaged answer to everything."""
    yield from store_at(DAMAGED[request.param])


def test_a_damaged_answer_to_an_append_is_worth_another_try(store: DynamoStore) -> None:
    """Whether the commit was stored is unknown, so it is asked for again."""
    with pytest.raises(StoreUnavailable, match='PutItem on table "events"'):
        store.append(HEAD, commit_at(HEAD, "c-1"))


def test_a_damaged_answer_to_a_read_is_worth_another_try(store: DynamoStore) -> None:
    """Nothing is concluded from it about the table, the rights or the stream."""
    with pytest.raises(StoreUnavailable, match='Query on table "events"'):
        store.read(STREAM)


@pytest.fixture(params=[b"", HTML, b'{"Items":[{"stre', b"{}"], ids=["empty", "HTML", "cut", "no items"])
def half_answered(request: pytest.FixtureRequest) -> Iterator[DynamoStore]:
    """The head of the answer is the service's, and its body is not."""
    yield from store_at(answer(200, request.param, FROM_THE_SERVICE))


def test_a_page_without_its_body_is_not_an_empty_stream(half_answered: DynamoStore) -> None:
    """Else a command would be decided on the initial state."""
    with pytest.raises(StoreUnavailable, match="malformed response"):
        half_answered.read(STREAM)
