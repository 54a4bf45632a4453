"""Errors about an unusable client or table name the client or table, and the fix."""

from __future__ import annotations

import pytest

from statewright.errors import StoreMisconfigured, StoreUnavailable
from statewright.runtime.retry import STORE_SECONDS_MAX
from statewright.runtime.snapshots import COMMANDS_MAX
from statewright.stores.dynamodb import DEDUPE_WINDOW, DynamoStore, dynamodb_client
from statewright.stores.rules import absent
from tests.contracts.commits import STREAM, commit_at
from tests.emulators.clients import REGION, client_of, environment_of
from tests.emulators.servers import free_port
from tests.stores.wire import Wire

HEAD = absent(STREAM)
COMMIT = commit_at(HEAD, "c-1")


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Prepare an environment without any settings for the SDK."""
    for name in environment_of():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "absent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "absent")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    return monkeypatch


def test_a_missing_table_is_named_with_its_region(wire: Wire) -> None:
    """Reads and appends name the table, its region and the variable to set."""
    store = DynamoStore(wire.client, table="no-such-table")
    message = f'table "no-such-table" does not exist in {REGION}; set DYNAMO_TABLE_NAME or --table'
    with pytest.raises(StoreMisconfigured, match=message):
        store.read(STREAM)
    with pytest.raises(StoreMisconfigured, match=message):
        store.append(HEAD, COMMIT)


def test_a_table_with_other_keys_is_refused(wire: Wire, dynamodb_local: str) -> None:
    """The service's error is translated into the keys that are required."""
    client_of("dynamodb", dynamodb_local).create_table(
        TableName=f"{wire.table}-other",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    store = DynamoStore(wire.client, table=f"{wire.table}-other")
    for call in (lambda: store.read(STREAM), lambda: store.append(HEAD, COMMIT)):
        with pytest.raises(StoreMisconfigured, match="its keys must be stream"):
            call()


def test_an_invalid_table_name_is_refused(wire: Wire) -> None:
    """The SDK's own error would quote the commit."""
    with pytest.raises(StoreMisconfigured, match="is not a valid table name"):
        DynamoStore(wire.client, table="").append(HEAD, COMMIT)


def test_an_unreachable_service_is_transient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that cannot be reached may be back soon."""
    for name, value in environment_of(dynamodb=f"http://127.0.0.1:{free_port()}").items():
        monkeypatch.setenv(name, value)
    store = DynamoStore(dynamodb_client(), table="events")
    with pytest.raises(StoreUnavailable, match='Query on table "events" got no response'):
        store.read(STREAM)


def test_a_missing_region_is_reported_at_once(bare: pytest.MonkeyPatch) -> None:
    """Without a region no client is created."""
    with pytest.raises(StoreMisconfigured, match="set AWS_DEFAULT_REGION"):
        dynamodb_client()


def test_errors_of_the_sdk_about_its_settings_are_passed_on(bare: pytest.MonkeyPatch) -> None:
    """The error names the profile that does not exist."""
    bare.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(StoreMisconfigured, match="nobody"):
        dynamodb_client()


def test_an_invalid_endpoint_is_a_misconfiguration(bare: pytest.MonkeyPatch) -> None:
    """The SDK rejects it before any request, and the error quotes the value."""
    bare.setenv("AWS_DEFAULT_REGION", REGION)
    bare.setenv("AWS_ENDPOINT_URL_DYNAMODB", "nonsense")
    with pytest.raises(StoreMisconfigured, match="nonsense"):
        dynamodb_client()


def test_missing_credentials_are_reported(bare: pytest.MonkeyPatch) -> None:
    """The SDK looks for credentials at the first request."""
    bare.setenv("AWS_DEFAULT_REGION", REGION)
    with pytest.raises(StoreMisconfigured, match="no AWS credentials found"):
        DynamoStore(dynamodb_client(), table="events").read(STREAM)


def test_a_request_fits_into_the_time_reserved_for_it(wire: Wire) -> None:
    """The handler starts no request without that much time, so a slow store cannot outlast the invocation."""
    config = wire.client.meta.config
    assert config.connect_timeout + config.read_timeout <= STORE_SECONDS_MAX


def test_a_snapshot_remembers_at_least_the_commands_of_the_window() -> None:
    """Otherwise a load from a snapshot would know fewer commands than the store declares."""
    assert COMMANDS_MAX >= DEDUPE_WINDOW
