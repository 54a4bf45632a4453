"""Each log line is one JSON object, whatever a sender wrote, and never contains a payload."""

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
    """Collects the formatted lines."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logs.JsonLines())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def logged(write: Any, *arguments: Any) -> dict[str, Any]:
    """Return the only line that `write` writes, as parsed JSON."""
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
    """The line has all identifiers of the message, but none of its payload."""
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
    """Ordinary refusals are not alarms; an unreadable stream is one."""
    line = logged(log_result, settled(outcome, disposition))
    assert (line["level"], line.get("alarm")) == (level, alarm)


@given(st.text(), st.text())
def test_no_text_forges_a_line(message_id: str, reason: str) -> None:
    """Line breaks, quotes and unusual characters stay inside their own value."""
    result = MessageResult(
        Message(message_id, ""), None, Invalid(InvalidKind.MESSAGE, reason), Disposition.DEAD_LETTERED
    )
    line = logged(log_result, result)
    assert line.get("message_id", "") == message_id[:128]
    assert line.get("reason", "") == reason[:1024]


def test_a_batch_is_logged_with_its_counts() -> None:
    """The line has the number of messages, their dispositions and the counters."""
    results = [settled(ACCEPTED), settled(Invalid(InvalidKind.MESSAGE, "no"), Disposition.DEAD_LETTERED)]
    *_, line = all_logged(log_batch, results, {"conflicts": 2})
    assert (line["messages"], line["deleted"], line["parked"], line["conflicts"]) == (2, 1, 1, 2)


def test_a_bug_is_logged_with_its_frames_but_without_its_text() -> None:
    """The text of an exception may quote a payload."""
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
    """A misconfigured store affects every message of the batch, but each reason is one alarm."""
    results = [settled(ACCEPTED), *map(misconfigured, ["no table", "no table", "denied"])]
    *lines, batch = all_logged(log_batch, results, {})
    alarms = [line for line in lines if "alarm" in line]
    assert [(line["level"], line["alarm"], line["reason"]) for line in alarms] == [
        ("ERROR", "misconfigured", "no table"),
        ("ERROR", "misconfigured", "denied"),
    ]
    assert batch["messages"] == 4


def test_a_line_has_the_trace_of_its_message() -> None:
    """A batch may contain messages of many traces."""
    message = Message("m-1", "{}", trace_id=TRACE_ID)
    traced = MessageResult(message, None, Invalid(InvalidKind.MESSAGE, "no"), Disposition.DEAD_LETTERED)
    assert logged(log_result, traced)["xray_trace_id"] == TRACE_ID


@pytest.fixture
def unconfigured() -> Iterator[None]:
    """Restore the logger's initial configuration, and undo all changes after the test."""
    before = LOGGER.handlers[:], LOGGER.level, LOGGER.propagate
    LOGGER.handlers[:] = []
    yield
    LOGGER.handlers[:], level, LOGGER.propagate = before
    LOGGER.setLevel(level)


@pytest.mark.usefixtures("unconfigured")
def test_the_configured_service_and_level_are_used(capsys: pytest.CaptureFixture[str]) -> None:
    """A level above INFO keeps alarms and drops ordinary lines."""
    logs.configure(Telemetry(service="orders", level=logging.ERROR), on_lambda=False)
    log_batch([misconfigured("no table")], {})
    [line] = capsys.readouterr().err.splitlines()
    assert (json.loads(line)["service"], json.loads(line)["message"]) == ("orders", "store misconfigured")


@pytest.mark.usefixtures("unconfigured")
def test_every_line_names_its_invocation(capsys: pytest.CaptureFixture[str]) -> None:
    """This includes lines of the adapters; the next invocation replaces all of these fields."""
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


def test_on_lambda_the_sdk_does_not_log_requests(caplog: pytest.LogCaptureFixture) -> None:
    """At level DEBUG, which Lambda may set for every logger, the SDK would log whole records."""
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
