"""Log records of a batch: one per message and one for the whole, through Python's logging.

Owns the keys of the records. They contain ids, codes and reasons, but no payloads.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping, Sequence

from statewright.machine.messages import Invalid, Rejected
from statewright.runtime.results import Disposition, Failure, FailureKind, MessageResult

LOGGER = logging.getLogger("statewright")
LOGGER.addHandler(logging.NullHandler())  # no output until logging is configured
ID_LENGTH_MAX = 128
REASON_LENGTH_MAX = 1024
MESSAGE_TRACE = "message_trace_id"  # the message's trace; the formatter renames the key


def log_batch(results: Sequence[MessageResult], counts: Mapping[str, int]) -> None:
    """Log each message, then the batch: the number of messages, in all and per disposition, and the counts.

    An unusable store affects all messages, so its alarm is raised once per reason.
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
    """Log the type and the place of a bug, without the error's text, which may quote a payload."""
    frames = [f"{one.filename}:{one.lineno} {one.name}" for one in traceback.extract_tb(error.__traceback__)]
    fields = {"error": type(error).__name__, "frames": frames[-20:], "alarm": "bug"}
    LOGGER.error("unexpected error", extra=fields)


def log_result(result: MessageResult) -> None:
    """Log the result of one message."""
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
    """The name of the alarm; None for everyday results."""
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
