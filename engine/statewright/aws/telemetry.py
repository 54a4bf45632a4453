"""How this function is named and how much it says, in the variables of Powertools for AWS Lambda.

Reads a mapping that the caller gives. `statewright.aws.app` passes what it holds on to `statewright.aws.logs`
and `statewright.aws.metrics`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from statewright.errors import SettingsError

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
class Telemetry:
    """`level`: the least that is logged. `namespace`: of the metrics."""

    service: str = "statewright"
    namespace: str = "Statewright"
    level: int = logging.INFO


def read_telemetry(environment: Mapping[str, str]) -> Telemetry:
    """Raises SettingsError naming the variable. A variable that is set to nothing counts as not set."""
    return Telemetry(
        service=environment.get("POWERTOOLS_SERVICE_NAME") or Telemetry().service,
        namespace=environment.get("POWERTOOLS_METRICS_NAMESPACE") or Telemetry().namespace,
        level=_level(environment),
    )


def _level(environment: Mapping[str, str]) -> int:
    """Lambda's own setting goes first, as with Powertools: what is below it would be dropped anyway."""
    for variable in ("AWS_LAMBDA_LOG_LEVEL", "POWERTOOLS_LOG_LEVEL"):
        if word := environment.get(variable):
            if word.upper() not in _LEVELS:
                raise SettingsError(variable, f'"{word}" is none of {", ".join(_LEVELS)}')
            return _LEVELS[word.upper()]
    return Telemetry().level
