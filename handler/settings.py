"""The environment to settings: which variables there are, what they must hold, what they default to.

Reads a mapping that the caller gives; nothing else of the handler reads an environment variable. Called by
`handler.app` and the demo.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.errors import SettingsError
from handler.outcomes import OnRefusal

_NOT_HERE = {
    "DYNAMO_TABLE_NAME": "this build has no DynamoDB store, set SQLITE_PATH instead",
    "S3_BUCKET_NAME": "this build reads no definitions from S3, set DEFINITIONS_PATH instead",
    "S3_CONFIG_PREFIX": "this build reads no definitions from S3, set DEFINITIONS_PATH instead",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """`on_refusal`: for branches that say nothing; None leaves it to the refusal's code.

    `on_lambda`: real queues stand behind the events, even where no dead-letter queue is configured.
    """

    sqlite_path: Path
    definitions_path: Path
    dead_letter_queue_url: str | None = None
    on_refusal: OnRefusal | None = None
    definitions_ttl_seconds: float = 60.0
    snapshot_every: int = 100
    on_lambda: bool = False


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Raises SettingsError naming the variable. A variable that is set to nothing counts as not set."""
    given = {name: value for name, value in environment.items() if value}
    for variable, reason in _NOT_HERE.items():
        if variable in given:
            raise SettingsError(variable, reason)
    return Settings(
        sqlite_path=_path(given, "SQLITE_PATH", "the file of the event store"),
        definitions_path=_path(given, "DEFINITIONS_PATH", "the folder of the *.machine.yaml files"),
        dead_letter_queue_url=given.get("DEAD_LETTER_QUEUE_URL"),
        on_refusal=_on_refusal(given),
        definitions_ttl_seconds=_whole(given, "DEFINITIONS_TTL_SECONDS", default=60, least=0),
        snapshot_every=_whole(given, "SNAPSHOT_EVERY", default=100, least=1),
        on_lambda="AWS_LAMBDA_FUNCTION_NAME" in given,
    )


def _path(given: Mapping[str, str], variable: str, meaning: str) -> Path:
    if variable not in given:
        raise SettingsError(variable, f"is not set, it names {meaning}")
    return Path(given[variable])


def _on_refusal(given: Mapping[str, str]) -> OnRefusal | None:
    if (word := given.get("ON_REFUSAL")) is None:
        return None
    try:
        return OnRefusal(word)
    except ValueError:
        expected = ", ".join(OnRefusal)
        raise SettingsError("ON_REFUSAL", f'"{word}" is none of {expected}') from None


def _whole(given: Mapping[str, str], variable: str, *, default: int, least: int) -> int:
    text = given.get(variable, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) >= least):
        raise SettingsError(variable, f'"{text}" is no whole number of at least {least}')
    return int(text)
