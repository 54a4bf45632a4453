"""Log lines: one JSON object per message and per batch, on stderr, through the standard library's logging.

Owns the keys. Never holds a payload: what is logged is ids, codes and reasons that quote none. JSON escapes
line breaks, so a sender cannot forge a line. Called by `handler.app`.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from engine.core.messages import Invalid, Rejected
from engine.errors import StoreUnavailable
from handler.outcomes import Disposition, Failure, FailureKind, Settled

LOGGER = logging.getLogger("statewright")
ID_LENGTH_MAX = 128
REASON_LENGTH_MAX = 1024


def configure() -> None:
    """Send this project's lines to stderr; called once per process by whoever owns the process."""
    if not LOGGER.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(JsonLines())
        LOGGER.addHandler(handler)
        LOGGER.setLevel(logging.INFO)
        LOGGER.propagate = False


class JsonLines(logging.Formatter):
    """One object per record; `extra={"fields": …}` adds keys."""

    def format(self, record: logging.LogRecord) -> str:
        fields: Mapping[str, Any] = getattr(record, "fields", {})
        line = {
            "level": record.levelname,
            "message": record.getMessage(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "service": "statewright",
            **fields,
        }
        return json.dumps({key: value for key, value in line.items() if value not in (None, "")})


def log_result(result: Settled) -> None:
    """The line of one message."""
    command = result.command
    fields = {
        "message_id": _cut(result.message.message_id),
        "command_id": _cut(command.id) if command else None,
        "machine": _cut(command.machine) if command else None,
        "aggregate_id": _cut(command.aggregate_id) if command else None,
        "command": _cut(command.name) if command else None,
        "version": result.version,
        "digest": result.digest,
        "code": result.code,
        "disposition": result.disposition.value,
        "reason": result.reason[:REASON_LENGTH_MAX],
        "alarm": _alarm(result),
    }
    LOGGER.log(_level(result), "command settled", extra={"fields": fields})


def log_batch(results: Sequence[Settled], figures: Mapping[str, int]) -> None:
    """The line of the batch: how many messages, how many per disposition, and what the stories counted."""
    dispositions = {one.value: sum(r.disposition is one for r in results) for one in Disposition}
    fields = {"messages": len(results), **dispositions, **dict(sorted(figures.items()))}
    LOGGER.info("batch settled", extra={"fields": fields})


def log_not_started(error: StoreUnavailable) -> None:
    """The application could not be built now; every message of the batch is delivered again."""
    LOGGER.error("not started", extra={"fields": {"reason": str(error), "alarm": "not_started"}})


def log_bug(error: Exception) -> None:
    """What broke and where. The error's own text is left out: it may quote a payload."""
    frames = [f"{one.filename}:{one.lineno} {one.name}" for one in traceback.extract_tb(error.__traceback__)]
    fields = {"error": type(error).__name__, "frames": frames[-20:], "alarm": "bug"}
    LOGGER.error("unexpected error", extra={"fields": fields})


def _level(result: Settled) -> int:
    if _alarm(result):
        return logging.ERROR
    if result.failed or result.disposition is Disposition.PARKED:
        return logging.WARNING
    return logging.INFO


def _alarm(result: Settled) -> str | None:
    """The name under which an operator wants to be woken; None for what is everyday."""
    match result.outcome:
        case Failure(kind=FailureKind.QUARANTINED | FailureKind.MISSHAPEN | FailureKind.BUG as kind):
            return kind.value
        case Rejected(code="EXPRESSION_ERROR"):
            return "expression_error"
        case Invalid(unknown=True):
            return "unknown_definition"
        case _:
            return None


def _cut(text: str) -> str:
    return text[:ID_LENGTH_MAX]
