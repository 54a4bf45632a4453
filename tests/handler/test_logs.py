"""Log lines: one JSON object each, whatever a sender wrote, and never a payload."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.messages import Accepted, AggregateState, Invalid, Rejected
from handler import logs
from handler.outcomes import Disposition, Failure, FailureKind, Settled
from handler.sqs import Message
from tests.handler.world import wish

ACCEPTED = Accepted((), AggregateState("open", {"total": 1}, 1))


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
    handler, level = Lines(), logs.LOGGER.level
    logs.LOGGER.addHandler(handler)
    logs.LOGGER.setLevel(logging.INFO)
    write(*arguments)
    logs.LOGGER.removeHandler(handler)
    logs.LOGGER.setLevel(level)
    [line] = handler.lines
    assert "\n" not in line
    parsed: dict[str, Any] = json.loads(line)
    return parsed


def settled(outcome: Any, disposition: Disposition = Disposition.DELETED, **rest: Any) -> Settled:
    return Settled(Message("m-1", "{}"), wish("c-1", "Add", amount=77), outcome, disposition, **rest)


def test_a_message_is_logged_with_its_identity_and_outcome() -> None:
    """Everything to find it by, and nothing of its payload."""
    line = logged(logs.log_result, settled(ACCEPTED, version=4, digest="d"))
    del line["timestamp"]
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
        (Rejected("NOTED", "no", "open"), Disposition.RECORDED, "INFO", None),
        (Rejected("BURIED", "no", "open"), Disposition.PARKED, "WARNING", None),
        (Rejected("EXPRESSION_ERROR", "no", "open"), Disposition.PARKED, "ERROR", "expression_error"),
        (Invalid("no", unknown=True), Disposition.REDELIVERED, "ERROR", "unknown_definition"),
        (Failure(FailureKind.TRANSIENT, "down"), Disposition.REDELIVERED, "WARNING", None),
        (Failure(FailureKind.QUARANTINED, "gap"), Disposition.REDELIVERED, "ERROR", "quarantined"),
        (Failure(FailureKind.MISSHAPEN, "no body"), Disposition.REDELIVERED, "ERROR", "misshapen"),
    ],
)
def test_what_needs_a_person_is_an_alarm(
    outcome: Any, disposition: Disposition, level: str, alarm: str | None
) -> None:
    """Everyday refusals are information; a stream that cannot be replayed is not."""
    line = logged(logs.log_result, settled(outcome, disposition))
    assert (line["level"], line.get("alarm")) == (level, alarm)


@given(st.text(), st.text())
def test_no_text_forges_a_line(message_id: str, reason: str) -> None:
    """Line breaks, quotes and odd characters stay inside their own value."""
    result = Settled(Message(message_id, ""), None, Invalid(reason), Disposition.PARKED)
    line = logged(logs.log_result, result)
    assert line.get("message_id", "") == message_id[:128]
    assert line.get("reason", "") == reason[:1024]


def test_a_batch_is_logged_with_its_figures() -> None:
    """How many messages, what happened to them, and what the stories counted."""
    results = [settled(ACCEPTED), settled(Invalid("no"), Disposition.PARKED)]
    line = logged(logs.log_batch, results, {"conflicts": 2})
    assert (line["messages"], line["deleted"], line["parked"], line["conflicts"]) == (2, 1, 1, 2)


def test_a_bug_is_logged_by_place_and_not_by_text() -> None:
    """An exception's own text may quote a payload."""
    try:
        raise KeyError("s3cr3t")
    except KeyError as error:
        line = logged(logs.log_bug, error)
    assert line["error"] == "KeyError"
    assert "test_logs.py" in line["frames"][-1]
    assert "s3cr3t" not in json.dumps(line)


def test_configuring_twice_adds_one_handler() -> None:
    """Each line is written once, however often a process is told."""
    before = list(logs.LOGGER.handlers)
    logs.configure()
    logs.configure()
    assert len(logs.LOGGER.handlers) == max(1, len(before))
