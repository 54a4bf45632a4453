"""Environment variables to settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import SettingsError
from handler.outcomes import OnRefusal
from handler.settings import Settings, read_settings

LEAST = {"SQLITE_PATH": "events.db", "DEFINITIONS_PATH": "config"}


def test_two_paths_are_enough() -> None:
    """Everything else has a default."""
    assert read_settings(LEAST) == Settings(Path("events.db"), Path("config"))


def test_every_variable_arrives() -> None:
    """Each recognised variable sets its own field."""
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
        Path("events.db"), Path("config"), "https://sqs/dead", OnRefusal.RECORD, 0, 7, True
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"SQLITE_PATH": ""}, "SQLITE_PATH: is not set"),
        ({"DEFINITIONS_PATH": ""}, "DEFINITIONS_PATH: is not set"),
        ({"ON_REFUSAL": "retry"}, 'ON_REFUSAL: "retry" is none of redeliver, dead_letter, record, drop'),
        ({"DEFINITIONS_TTL_SECONDS": "-1"}, 'DEFINITIONS_TTL_SECONDS: "-1" is no whole number'),
        ({"SNAPSHOT_EVERY": "0"}, 'SNAPSHOT_EVERY: "0" is no whole number of at least 1'),
        ({"SNAPSHOT_EVERY": "٣"}, "SNAPSHOT_EVERY: "),
        ({"DYNAMO_TABLE_NAME": "t"}, "DYNAMO_TABLE_NAME: this build has no DynamoDB store, set SQLITE_PATH"),
        (
            {"S3_BUCKET_NAME": "b"},
            "S3_BUCKET_NAME: this build reads no definitions from S3, set DEFINITIONS_",
        ),
        ({"S3_CONFIG_PREFIX": "p"}, "S3_CONFIG_PREFIX: this build reads no definitions from S3"),
    ],
)
def test_a_wrong_setting_names_its_variable(change: dict[str, str], reason: str) -> None:
    """A setting that cannot be honoured is an error, never a silent default."""
    with pytest.raises(SettingsError) as caught:
        read_settings(LEAST | change)
    assert str(caught.value).startswith(reason)
