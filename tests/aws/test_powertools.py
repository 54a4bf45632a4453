"""Our log lines have the keys and values of Powertools for AWS Lambda, which serves as the oracle."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

from statewright.aws.logs import JsonLines

TRACE_ID = "1-5759e988-bd862e3fe1be46a994272793"
OTHER_TRACE_ID = "1-67891233-abcdef012345678912345678"

OURS = JsonLines("orders")


def record(**fields: Any) -> logging.LogRecord:
    message = ("statewright", logging.WARNING, __file__, 7, "command %s", ("settled",), None)
    made = logging.LogRecord(*message, func="log_result")
    vars(made).update(fields)
    return made


def test_our_line_equals_that_of_powertools() -> None:
    """The keys and values are the same, except that empty ones are left out."""
    theirs = LambdaPowertoolsFormatter(utc=True, use_rfc3339=True, service="orders")
    made = record(code="ACCEPTED", version=0, cold_start=False, digest="d", function_request_id="r-1")
    ours = json.loads(OURS.format(made))
    assert ours == json.loads(theirs.format(made))
    assert list(ours)[:4] == ["level", "location", "message", "timestamp"]
    assert (ours["service"], ours["location"], ours["version"]) == ("orders", "log_result:7", 0)


@pytest.mark.parametrize(("own", "shown"), [(TRACE_ID, TRACE_ID), ("", OTHER_TRACE_ID)])
def test_the_trace_of_a_message_takes_precedence_over_that_of_the_invocation(own: str, shown: str) -> None:
    """A batch has messages of many traces; an invocation has one."""
    line = json.loads(OURS.format(record(message_trace_id=own, xray_trace_id=OTHER_TRACE_ID)))
    assert line["xray_trace_id"] == shown
    assert "message_trace_id" not in line


def test_no_text_breaks_the_line() -> None:
    """A sender's text stays one value in one line."""
    text = 'a\r\n{"level": "INFO"}'
    written = OURS.format(record(reason=text))
    assert "\n" not in written
    assert "\r" not in written
    assert json.loads(written)["reason"] == text
