"""The variables of Powertools, read by us."""

from __future__ import annotations

import logging

import pytest

from statewright.aws.settings import Telemetry, read_telemetry
from statewright.errors import SettingsError


def test_nothing_has_to_be_set() -> None:
    """A variable that is set to nothing counts as not set."""
    assert read_telemetry({"POWERTOOLS_SERVICE_NAME": ""}) == Telemetry(
        "statewright", "Statewright", logging.INFO
    )


def test_the_variables_of_powertools_arrive() -> None:
    """Each sets its own field."""
    environment = {
        "POWERTOOLS_SERVICE_NAME": "orders",
        "POWERTOOLS_METRICS_NAMESPACE": "Shop",
        "POWERTOOLS_LOG_LEVEL": "warning",
    }
    assert read_telemetry(environment) == Telemetry("orders", "Shop", logging.WARNING)


@pytest.mark.parametrize(
    ("word", "level"), [("TRACE", logging.DEBUG), ("WARN", logging.WARNING), ("FATAL", logging.CRITICAL)]
)
def test_the_levels_of_lambda_go_first(word: str, level: int) -> None:
    """Lambda has its own names of levels, and drops lower levels itself."""
    environment = {"AWS_LAMBDA_LOG_LEVEL": word, "POWERTOOLS_LOG_LEVEL": "INFO"}
    assert read_telemetry(environment).level == level


def test_a_level_that_is_none_names_its_variable() -> None:
    """With the words that there are."""
    with pytest.raises(SettingsError, match=r'^POWERTOOLS_LOG_LEVEL: "loud" is not one of TRACE, DEBUG, '):
        read_telemetry({"POWERTOOLS_LOG_LEVEL": "loud"})
