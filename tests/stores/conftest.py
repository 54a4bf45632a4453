"""A client of DynamoDB Local that records requests, for the tests of the store."""

from __future__ import annotations

import pytest

from statewright.stores.dynamodb import dynamodb_client
from tests.emulators.clients import client_of, environment_of, new_table
from tests.stores.wire import Wire


@pytest.fixture
def wire(dynamodb_local: str, monkeypatch: pytest.MonkeyPatch) -> Wire:
    """Connect to an empty table of Amazon's own engine, through the client that the handler uses."""
    for name, value in environment_of(dynamodb=dynamodb_local).items():
        monkeypatch.setenv(name, value)
    return Wire(dynamodb_client(), table=new_table(client_of("dynamodb", dynamodb_local)))
