"""Telemetry settings are read from the environment variables of Powertools."""

from __future__ import annotations

import logging

import pytest

from statewright.aws.settings import Telemetry, read_telemetry
from statewright.errors import SettingsError


def test_every_variable_is_optional() -> None:
    """An empty variable counts as not set."""
    assert read_telemetry({"POWERTOOLS_SERVICE_NAME": ""}) == Telemetry(
        "statewright", "Statewright", logging.INFO
    )


def test_the_variables_of_powertools_are_read() -> None:
    """Each variable sets its own field."""
    environment = {
        "POWERTOOLS_SERVICE_NAME": "orders",
        "POWERTOOLS_METRICS_NAMESPACE": "Shop",
        "POWERTOOLS_LOG_LEVEL": "warning",
    }
    assert read_telemetry(environment) == Telemetry("orders", "Shop", logging.WARNING)


@pytest.mark.parametrize(
    ("word", "level"), [("TRACE", logging.DEBUG), ("WARN", logging.WARNING), ("FATAL", logging.CRITICAL)]
)
def test_the_log_level_of_lambda_takes_precedence(word: str, level: int) -> None:
    """Lambda has its own level names, and drops lower levels itself."""
    environment = {"AWS_LAMBDA_LOG_LEVEL": word, "POWERTOOLS_LOG_LEVEL": "INFO"}
    assert read_telemetry(environment).level == level


def test_an_unknown_level_names_its_variable() -> None:
    """The error lists the valid levels."""
    with pytest.raises(SettingsError, match=r'^POWERTOOLS_LOG_LEVEL: "loud" is not one of TRACE, DEBUG, '):
        read_telemetry({"POWERTOOLS_LOG_LEVEL": "loud"})
