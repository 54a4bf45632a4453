"""Settings are read from environment variables."""

from __future__ import annotations

from pathlib import Path

import pytest

from statewright.aws.settings import Settings, read_settings
from statewright.errors import SettingsError
from statewright.registry.location import S3Place
from statewright.runtime.results import OnRefusal
from statewright.stores.location import DynamoTable, SqliteFile

LEAST = {"SQLITE_PATH": "events.db", "DEFINITIONS_PATH": "config"}


def test_two_paths_are_enough() -> None:
    """Everything else has a default."""
    assert read_settings(LEAST) == Settings(SqliteFile(Path("events.db")), Path("config"))


def test_aws_settings_have_the_names_of_the_previous_system() -> None:
    """A function configured for the previous system needs no new variables."""
    settings = read_settings(
        {"DYNAMO_TABLE_NAME": "events", "S3_BUCKET_NAME": "shop", "S3_CONFIG_PREFIX": "/machines/"}
    )
    assert settings == Settings(DynamoTable("events"), S3Place("shop", "machines"))


def test_every_variable_is_read() -> None:
    """Each variable sets its own field."""
    settings = read_settings(
        LEAST
        | {
            "DEAD_LETTER_QUEUE_URL": "https://sqs/dead",
            "ON_REFUSAL": "record",
            "DEFINITIONS_TTL_SECONDS": "0",
            "SNAPSHOT_EVERY": "7",
            "AWS_LAMBDA_FUNCTION_NAME": "orders",
        }
    )
    assert settings == Settings(
        SqliteFile(Path("events.db")), Path("config"), "https://sqs/dead", OnRefusal.RECORD, 0, 7, True
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"SQLITE_PATH": ""}, "DYNAMO_TABLE_NAME: is not set, and neither is SQLITE_PATH"),
        ({"DEFINITIONS_PATH": ""}, "S3_BUCKET_NAME: is not set, and neither is DEFINITIONS_PATH"),
        ({"ON_REFUSAL": "retry"}, 'ON_REFUSAL: "retry" is not one of redeliver, dead_letter, record, drop'),
        ({"DEFINITIONS_TTL_SECONDS": "-1"}, 'DEFINITIONS_TTL_SECONDS: "-1" is not a whole number'),
        ({"SNAPSHOT_EVERY": "0"}, 'SNAPSHOT_EVERY: "0" is not a whole number from 1 to 999,999,999'),
        ({"SNAPSHOT_EVERY": "٣"}, "SNAPSHOT_EVERY: "),
        ({"DYNAMO_TABLE_NAME": "events"}, "DYNAMO_TABLE_NAME: is set, and so is SQLITE_PATH"),
        ({"S3_BUCKET_NAME": "shop"}, "S3_BUCKET_NAME: is set, and so is DEFINITIONS_PATH"),
        ({"S3_CONFIG_PREFIX": "p"}, "S3_CONFIG_PREFIX: is set, but S3_BUCKET_NAME is not"),
        (
            {"SQLITE_PATH": "", "DYNAMO_TABLE_NAME": "a/b"},
            'DYNAMO_TABLE_NAME: "a/b" is not a valid table name',
        ),
        ({"DEFINITIONS_PATH": "", "S3_BUCKET_NAME": "B"}, 'S3_BUCKET_NAME: "B" is not a valid bucket name'),
    ],
)
def test_a_wrong_setting_names_its_variable(change: dict[str, str], reason: str) -> None:
    """A setting that cannot be honoured is an error, never a silent default."""
    with pytest.raises(SettingsError) as caught:
        read_settings(LEAST | change)
    assert str(caught.value).startswith(reason)
