"""The DynamoDB store keeps the contract on Amazon's own engine and on ministack."""

from __future__ import annotations

import pytest

from statewright.stores.dynamodb import DynamoStore, dynamodb_client
from tests.contracts.event_store import WindowedDedupeContract
from tests.contracts.handles import OpenStore
from tests.contracts.scanning import ScanningContract
from tests.emulators.clients import client_of, environment_of, new_table


class TestDynamoStore(WindowedDedupeContract, ScanningContract):
    """Every handle is a store on the same table; all share one client, as clients are meant to be."""

    @pytest.fixture(params=["dynamodb_local", "ministack"])
    def open_store(self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> OpenStore:
        url = request.getfixturevalue(request.param)
        for name, value in environment_of(dynamodb=url).items():
            monkeypatch.setenv(name, value)
        client, table = dynamodb_client(), new_table(client_of("dynamodb", url))
        return lambda: DynamoStore(client, table=table)
