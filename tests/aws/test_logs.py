"""Log lines: one JSON object each, whatever a sender wrote, and never a payload."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statewright.aws import logs
from statewright.aws.settings import Telemetry
from statewright.machine.messages import Accepted, AggregateState, Invalid, InvalidKind, RefusalKind, Rejected
from statewright.runtime.logs import LOGGER, log_batch, log_bug, log_result
from statewright.runtime.message import Message
from statewright.runtime.results import Disposition, Failure, FailureKind, MessageResult
from tests.runtime.harness import command_of

ACCEPTED = Accepted((), AggregateState("open", {"total": 1}, 1))
TRACE_ID = "1-5759e988-bd862e3fe1be46a994272793"


class Lines(logging.Handler):
    """Collects what would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logs.JsonLines())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def logged(write: Any, *arguments: Any) -> dict[str, Any]:
    """The one line that `write` writes, as the object that it is."""
    [line] = all_logged(write, *arguments)
    return line


def all_logged(write: Any, *arguments: Any) -> list[dict[str, Any]]:
    handler, level = Lines(), LOGGER.level
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    write(*arguments)
    LOGGER.removeHandler(handler)
    LOGGER.setLevel(level)
    assert "\n" not in "".join(handler.lines)
    return [json.loads(line) for line in handler.lines]


def settled(outcome: Any, disposition: Disposition = Disposition.DELETED, **rest: Any) -> MessageResult:
    return MessageResult(
        Message("m-1", "{}"), command_of("c-1", "Add", amount=77), outcome, disposition, **rest
    )


def test_a_message_is_logged_with_its_identity_and_outcome() -> None:
    """Everything to find it by, and nothing of its payload."""
    line = logged(log_result, settled(ACCEPTED, version=4, digest="d"))
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line.pop("timestamp"))
    assert re.fullmatch(r"log_result:\d+", line.pop("location"))
    assert line == {
        "level": "INFO",
        "message": "command settled",
        "service": "statewright",
        "message_id": "m-1",
        "command_id": "c-1",
        "machine": "till",
        "aggregate_id": "a",
        "command": "Add",
        "version": 4,
        "digest": "d",
        "code": "ACCEPTED",
        "disposition": "deleted",
    }


@pytest.mark.parametrize(
    ("outcome", "disposition", "level", "alarm"),
    [
        (Rejected("NOTED", RefusalKind.BRANCH, (), "no", "open"), Disposition.RECORDED, "INFO", None),
        (
            Rejected("BURIED", RefusalKind.BRANCH, (), "no", "open"),
            Disposition.DEAD_LETTERED,
            "WARNING",
            None,
        ),
        (
            Rejected("EXPRESSION_ERROR", RefusalKind.GUARD, (), "no", "open"),
            Disposition.DEAD_LETTERED,
            "ERROR",
            "expression_error",
        ),
        (Invalid(InvalidKind.UNKNOWN_MACHINE, "no"), Disposition.REDELIVERED, "ERROR", "unknown_definition"),
        (Failure(FailureKind.TRANSIENT, "down"), Disposition.REDELIVERED, "WARNING", None),
        (Failure(FailureKind.MISCONFIGURED, "no table"), Disposition.REDELIVERED, "WARNING", None),
        (Failure(FailureKind.QUARANTINED, "gap"), Disposition.REDELIVERED, "ERROR", "quarantined"),
        (Failure(FailureKind.MISSHAPEN, "no body"), Disposition.REDELIVERED, "ERROR", "misshapen"),
    ],
)
def test_a_failure_that_needs_attention_is_an_alarm(
    outcome: Any, disposition: Disposition, level: str, alarm: str | None
) -> None:
    """Everyday refusals are information; a stream that cannot be replayed is not."""
    line = logged(log_result, settled(outcome, disposition))
    assert (line["level"], line.get("alarm")) == (level, alarm)


@given(st.text(), st.text())
def test_no_text_forges_a_line(message_id: str, reason: str) -> None:
    """Line breaks, quotes and odd characters stay inside their own value."""
    result = MessageResult(
        Message(message_id, ""), None, Invalid(InvalidKind.MESSAGE, reason), Disposition.DEAD_LETTERED
    )
    line = logged(log_result, result)
    assert line.get("message_id", "") == message_id[:128]
    assert line.get("reason", "") == reason[:1024]


def test_a_batch_is_logged_with_its_counts() -> None:
    """The number of messages, their dispositions, and the counts."""
    results = [settled(ACCEPTED), settled(Invalid(InvalidKind.MESSAGE, "no"), Disposition.DEAD_LETTERED)]
    *_, line = all_logged(log_batch, results, {"conflicts": 2})
    assert (line["messages"], line["deleted"], line["parked"], line["conflicts"]) == (2, 1, 1, 2)


def test_a_bug_is_logged_by_place_and_not_by_text() -> None:
    """An exception's own text may quote a payload."""
    try:
        raise KeyError("s3cr3t")
    except KeyError as error:
        line = logged(log_bug, error)
    assert line["error"] == "KeyError"
    assert "test_logs.py" in line["frames"][-1]
    assert "s3cr3t" not in json.dumps(line)


def misconfigured(reason: str) -> MessageResult:
    return settled(Failure(FailureKind.MISCONFIGURED, reason), Disposition.REDELIVERED)


def test_a_store_that_cannot_be_used_raises_one_alarm_per_reason() -> None:
    """It affects every message of the batch, but is one alarm."""
    results = [settled(ACCEPTED), *map(misconfigured, ["no table", "no table", "denied"])]
    *lines, batch = all_logged(log_batch, results, {})
    alarms = [line for line in lines if "alarm" in line]
    assert [(line["level"], line["alarm"], line["reason"]) for line in alarms] == [
        ("ERROR", "misconfigured", "no table"),
        ("ERROR", "misconfigured", "denied"),
    ]
    assert batch["messages"] == 4


def test_a_line_is_of_the_trace_that_brought_its_message() -> None:
    """Not of the invocation's, which has many messages; a message without a trace says nothing of one."""
    message = Message("m-1", "{}", trace_id=TRACE_ID)
    traced = MessageResult(message, None, Invalid(InvalidKind.MESSAGE, "no"), Disposition.DEAD_LETTERED)
    assert logged(log_result, traced)["xray_trace_id"] == TRACE_ID


@pytest.fixture
def unconfigured() -> Iterator[None]:
    """The logger as a new process has it, and afterwards as it was."""
    before = LOGGER.handlers[:], LOGGER.level, LOGGER.propagate
    LOGGER.handlers[:] = []
    yield
    LOGGER.handlers[:], level, LOGGER.propagate = before
    LOGGER.setLevel(level)


@pytest.mark.usefixtures("unconfigured")
def test_the_service_and_the_level_are_those_that_were_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    """A level above INFO keeps alarms and drops everyday lines."""
    logs.configure(Telemetry(service="orders", level=logging.ERROR), on_lambda=False)
    log_batch([misconfigured("no table")], {})
    [line] = capsys.readouterr().err.splitlines()
    assert (json.loads(line)["service"], json.loads(line)["message"]) == ("orders", "store misconfigured")


@pytest.mark.usefixtures("unconfigured")
def test_every_line_names_its_invocation(capsys: pytest.CaptureFixture[str]) -> None:
    """Those of the ports too; what the next invocation begins with replaces what stood there."""
    invocation = logs.configure(Telemetry(), on_lambda=False)
    context = SimpleNamespace(
        function_name="f", memory_limit_in_mb="256", invoked_function_arn="arn", aws_request_id="r-1"
    )
    invocation.begin(context, cold_start=True, trace_id=TRACE_ID)
    LOGGER.getChild("sources").error("x")
    invocation.begin(context, cold_start=False, trace_id="")
    log_batch([], {})
    first, second = map(json.loads, capsys.readouterr().err.splitlines())
    assert (first["cold_start"], first["xray_trace_id"]) == (True, TRACE_ID)
    assert (second["cold_start"], second.get("xray_trace_id")) == (False, None)
    assert {line["function_request_id"] for line in (first, second)} == {"r-1"}


def test_on_lambda_the_sdk_writes_no_requests(caplog: pytest.LogCaptureFixture) -> None:
    """At the level DEBUG, which Lambda would give to every logger, it writes whole records."""
    sdk = [logging.getLogger(name) for name in logs.SDK_LOGGERS]
    before = [one.level for one in sdk]
    try:
        logs.configure(Telemetry("s", "n", logging.DEBUG), on_lambda=True)
        logging.getLogger().setLevel(logging.DEBUG)
        assert not any(one.isEnabledFor(logging.DEBUG) for one in sdk)
    finally:
        logging.getLogger().setLevel(logging.WARNING)
        LOGGER.handlers.clear()
        for one, level in zip(sdk, before, strict=True):
            one.setLevel(level)
