"""Parses environment variables into settings. Owns their names, defaults and validation.

Reads a mapping from the caller. Only `statewright.aws.app` reads the process environment.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from statewright.errors import SettingsError
from statewright.registry.location import DefinitionLocation, S3Place
from statewright.runtime.results import OnRefusal
from statewright.stores.location import DynamoTable, SqliteFile, StoreLocation

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
_TABLE = re.compile(r"[A-Za-z0-9_.-]{3,255}")
_WHOLE_MAX = 999_999_999

# https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
_LEVELS = {
    "TRACE": logging.DEBUG,
    "DEBUG": logging.DEBUG,
    "INFO": logging.INFO,
    "WARN": logging.WARNING,
    "WARNING": logging.WARNING,
    "ERROR": logging.ERROR,
    "FATAL": logging.CRITICAL,
    "CRITICAL": logging.CRITICAL,
}


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of the handler.

    `on_refusal`: for branches without their own; None lets the refusal code decide. `on_lambda`: messages
    come from a real queue, even if no dead-letter queue is configured.
    """

    events: StoreLocation
    definitions: DefinitionLocation
    dead_letter_queue_url: str | None = None
    on_refusal: OnRefusal | None = None
    definitions_ttl_seconds: float = 60.0
    snapshot_every: int = 100
    on_lambda: bool = False


@dataclass(frozen=True, slots=True)
class Telemetry:
    """Settings of logs and metrics. `level`: the lowest that is logged. `namespace`: of the metrics."""

    service: str = "statewright"
    namespace: str = "Statewright"
    level: int = logging.INFO


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Parse the settings. An empty variable counts as not set. Raises SettingsError naming the variable."""
    given = {name: value for name, value in environment.items() if value}
    return Settings(
        events=_events(given),
        definitions=_definitions(given),
        dead_letter_queue_url=given.get("DEAD_LETTER_QUEUE_URL"),
        on_refusal=_on_refusal(given),
        definitions_ttl_seconds=_whole(given, "DEFINITIONS_TTL_SECONDS", default=60, least=0),
        snapshot_every=_whole(given, "SNAPSHOT_EVERY", default=100, least=1),
        on_lambda="AWS_LAMBDA_FUNCTION_NAME" in given,
    )


def read_telemetry(environment: Mapping[str, str]) -> Telemetry:
    """Parse the settings. An empty variable counts as not set. Raises SettingsError naming the variable."""
    return Telemetry(
        service=environment.get("POWERTOOLS_SERVICE_NAME") or Telemetry().service,
        namespace=environment.get("POWERTOOLS_METRICS_NAMESPACE") or Telemetry().namespace,
        level=_level(environment),
    )


def _events(given: Mapping[str, str]) -> StoreLocation:
    match _one_of(given, "DYNAMO_TABLE_NAME", "SQLITE_PATH", "where the events are stored"):
        case "DYNAMO_TABLE_NAME", name:
            if not _TABLE.fullmatch(name):
                raise SettingsError("DYNAMO_TABLE_NAME", f'"{name}" is not a valid table name')
            return DynamoTable(name)
        case _, path:
            return SqliteFile(Path(path))


def _definitions(given: Mapping[str, str]) -> DefinitionLocation:
    match _one_of(given, "S3_BUCKET_NAME", "DEFINITIONS_PATH", "where the definitions are"):
        case "S3_BUCKET_NAME", name:
            try:
                return S3Place.of(name, given.get("S3_CONFIG_PREFIX", ""))
            except ValueError as error:
                raise SettingsError("S3_BUCKET_NAME", str(error)) from None
        case _, path:
            if "S3_CONFIG_PREFIX" in given:
                raise SettingsError("S3_CONFIG_PREFIX", "is set, but S3_BUCKET_NAME is not")
            return Path(path)


def _one_of(given: Mapping[str, str], remote: str, local: str, meaning: str) -> tuple[str, str]:
    """The one of two variables that is set, and its value. `meaning`: for the error."""
    if remote in given and local in given:
        raise SettingsError(remote, f"is set, and so is {local}; set only one of them to say {meaning}")
    for variable in (remote, local):
        if variable in given:
            return variable, given[variable]
    raise SettingsError(remote, f"is not set, and neither is {local}; set one of them to say {meaning}")


def _on_refusal(given: Mapping[str, str]) -> OnRefusal | None:
    if (word := given.get("ON_REFUSAL")) is None:
        return None
    try:
        return OnRefusal(word)
    except ValueError:
        expected = ", ".join(OnRefusal)
        raise SettingsError("ON_REFUSAL", f'"{word}" is not one of {expected}') from None


def _whole(given: Mapping[str, str], variable: str, *, default: int, least: int) -> int:
    text = given.get(variable, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and least <= int(text) <= _WHOLE_MAX):
        raise SettingsError(variable, f'"{text}" is not a whole number from {least} to {_WHOLE_MAX:,}')
    return int(text)


def _level(environment: Mapping[str, str]) -> int:
    """The log level. Lambda's setting takes precedence, because Lambda drops lower levels anyway."""
    for variable in ("AWS_LAMBDA_LOG_LEVEL", "POWERTOOLS_LOG_LEVEL"):
        if word := environment.get(variable):
            if word.upper() not in _LEVELS:
                raise SettingsError(variable, f'"{word}" is not one of {", ".join(_LEVELS)}')
            return _LEVELS[word.upper()]
    return Telemetry().level
