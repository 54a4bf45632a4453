"""Where Powertools for AWS Lambda is installed its formatter writes our lines; they say the same."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from statewright.aws.logs import JsonLines
from statewright.aws.powertools_lines import PowertoolsLines

TRACE_ID = "1-5759e988-bd862e3fe1be46a994272793"
OTHER_TRACE_ID = "1-67891233-abcdef012345678912345678"

FORMATTERS = [JsonLines("orders"), PowertoolsLines(service="orders")]


def record(**fields: Any) -> logging.LogRecord:
    message = ("statewright", logging.WARNING, __file__, 7, "command %s", ("settled",), None)
    made = logging.LogRecord(*message, func="log_result")
    vars(made).update(fields)
    return made


def test_both_formatters_write_the_same_line() -> None:
    """The same keys with the same values, ours at the top level, and what is empty left out."""
    fields = {"code": "ACCEPTED", "version": 0, "cold_start": False, "digest": "", "alarm": None}
    made = record(**fields, function_request_id="r-1", message_trace_id=TRACE_ID)
    ours, theirs = (json.loads(formatter.format(made)) for formatter in FORMATTERS)
    assert ours == theirs
    assert list(ours)[:4] == ["level", "location", "message", "timestamp"]
    assert (ours["service"], ours["location"], ours["version"]) == ("orders", "log_result:7", 0)


@pytest.mark.parametrize("formatter", FORMATTERS, ids=["ours", "powertools"])
@pytest.mark.parametrize(("own", "shown"), [(TRACE_ID, TRACE_ID), ("", OTHER_TRACE_ID)])
def test_the_trace_of_a_message_goes_before_the_invocations(
    formatter: logging.Formatter, own: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which Powertools takes from Lambda's environment, and ours from the keys of the invocation."""
    monkeypatch.setenv("_X_AMZN_TRACE_ID", f"Root={OTHER_TRACE_ID};Sampled=1")
    made = record(message_trace_id=own, xray_trace_id=OTHER_TRACE_ID)
    line = json.loads(formatter.format(made))
    assert line["xray_trace_id"] == shown
    assert "message_trace_id" not in line


@pytest.mark.parametrize("formatter", FORMATTERS, ids=["ours", "powertools"])
def test_no_text_breaks_the_line(formatter: logging.Formatter) -> None:
    """What a sender wrote stays one value of one line."""
    text = 'a\r\n{"level": "INFO"}'
    written = formatter.format(record(reason=text))
    assert "\n" not in written
    assert "\r" not in written
    assert json.loads(written)["reason"] == text


def test_the_settings_of_powertools_apply(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer who asks it for readable lines gets them from us."""
    monkeypatch.setenv("POWERTOOLS_DEV", "true")
    with pytest.warns(UserWarning, match="POWERTOOLS_DEV"):
        formatter = PowertoolsLines(service="orders")
    assert formatter.format(record()).startswith('{\n    "level":')
