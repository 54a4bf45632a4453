"""What is logged of a batch: a record per message and one for the whole, through Python's logging.

Owns the records' keys. Never holds a payload: what is logged is ids, codes and reasons that quote none.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping, Sequence

from statewright.machine.messages import Invalid, Rejected
from statewright.runtime.results import Disposition, Failure, FailureKind, MessageResult

LOGGER = logging.getLogger("statewright")
LOGGER.addHandler(logging.NullHandler())  # silent until an application configures logging
ID_LENGTH_MAX = 128
REASON_LENGTH_MAX = 1024
MESSAGE_TRACE = "message_trace_id"  # of the message that a record is about; the formatter renames it


def log_batch(results: Sequence[MessageResult], counts: Mapping[str, int]) -> None:
    """A line per message, then the batch: how many messages, how many per disposition, and the counts.

    A store that cannot be used concerns all messages alike, so the alarm is raised once per reason.
    """
    for result in results:
        log_result(result)
    for reason in _misconfigurations(results):
        alarm = {"reason": reason[:REASON_LENGTH_MAX], "alarm": FailureKind.MISCONFIGURED.value}
        LOGGER.error("store misconfigured", extra=alarm)
    dispositions = {one.value: sum(r.disposition is one for r in results) for one in Disposition}
    fields = {"messages": len(results), **dispositions, **dict(sorted(counts.items()))}
    LOGGER.info("batch settled", extra=fields)


def log_bug(error: Exception) -> None:
    """What broke and where. The error's own text is left out: it may quote a payload."""
    frames = [f"{one.filename}:{one.lineno} {one.name}" for one in traceback.extract_tb(error.__traceback__)]
    fields = {"error": type(error).__name__, "frames": frames[-20:], "alarm": "bug"}
    LOGGER.error("unexpected error", extra=fields)


def log_result(result: MessageResult) -> None:
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
        MESSAGE_TRACE: result.message.trace_id,
    }
    LOGGER.log(_level(result), "command settled", extra=fields)


def _misconfigurations(results: Sequence[MessageResult]) -> tuple[str, ...]:
    """The distinct reasons, in the order of the messages."""
    outcomes = [result.outcome for result in results]
    return tuple(
        dict.fromkeys(
            outcome.reason
            for outcome in outcomes
            if isinstance(outcome, Failure) and outcome.kind is FailureKind.MISCONFIGURED
        )
    )


def _level(result: MessageResult) -> int:
    if _alarm(result):
        return logging.ERROR
    if result.failed or result.disposition is Disposition.DEAD_LETTERED:
        return logging.WARNING
    return logging.INFO


def _alarm(result: MessageResult) -> str | None:
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
