"""Log lines: one JSON object per message and per batch, on stderr, through the standard library's logging.

Owns the keys: those of Powertools for AWS Lambda, and ours beside them. Never holds a payload: what is logged
is ids, codes and reasons that quote none. JSON escapes line breaks, so a sender cannot forge a line.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import Any

from statewright.aws.telemetry import Telemetry
from statewright.errors import SourceUnavailable, StoreUnavailable
from statewright.machine.messages import Invalid, Rejected
from statewright.runtime.results import Disposition, Failure, FailureKind, Settled

LOGGER = logging.getLogger("statewright")
ID_LENGTH_MAX = 128
REASON_LENGTH_MAX = 1024
SDK_LOGGERS = ("boto3", "botocore", "urllib3")

_STANDARD = frozenset({*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"})
_MESSAGE_TRACE = "message_trace_id"


class InvocationKeys(logging.Filter):
    """Says on every line which invocation it belongs to; Lambda runs one at a time in a process."""

    def __init__(self) -> None:
        super().__init__()
        self._keys: Mapping[str, object] = {}

    def begin(self, context: Any, *, cold_start: bool, trace_id: str) -> None:
        """From here on these are the keys. `context`: Lambda's."""
        self._keys = {
            "cold_start": cold_start,
            "function_name": context.function_name,
            "function_memory_size": context.memory_limit_in_mb,
            "function_arn": context.invoked_function_arn,
            "function_request_id": context.aws_request_id,
            "xray_trace_id": trace_id,
        }

    def filter(self, record: logging.LogRecord) -> bool:
        vars(record).update(self._keys)
        return True


def configure(telemetry: Telemetry, *, on_lambda: bool) -> InvocationKeys:
    """Send this project's lines to stderr; called once per process by whoever owns the process.

    On Lambda the formatter of Powertools makes them, where it is installed. The answer is told of each
    invocation as it begins.
    """
    powertools = on_lambda and find_spec("aws_lambda_powertools") is not None
    handler = logging.StreamHandler()
    handler.setFormatter(_powertools_lines(telemetry) if powertools else JsonLines(telemetry.service))
    invocation = InvocationKeys()
    handler.addFilter(invocation)
    LOGGER.addHandler(handler)
    LOGGER.setLevel(telemetry.level)
    LOGGER.propagate = False
    if on_lambda:
        # Lambda gives its log level to every logger, and at DEBUG the SDK's write whole requests.
        for name in SDK_LOGGERS:
            logging.getLogger(name).setLevel(logging.INFO)
    return invocation


class JsonLines(logging.Formatter):
    """One object per record; what `extra` adds stands at the top level."""

    def __init__(self, service: str = "statewright") -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "level": record.levelname,
            "location": f"{record.funcName}:{record.lineno}",
            "message": record.getMessage(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "service": self._service,
            **{key: value for key, value in vars(record).items() if key not in _STANDARD},
        }
        return json.dumps(with_message_trace(line))


def with_message_trace(line: Mapping[str, Any]) -> dict[str, Any]:
    """The line as it is written: the trace of the message that it is about goes before the invocation's."""
    traced = {**line, "xray_trace_id": line.get(_MESSAGE_TRACE) or line.get("xray_trace_id")}
    return {key: value for key, value in traced.items() if key != _MESSAGE_TRACE and value not in (None, "")}


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
        _MESSAGE_TRACE: result.message.trace_id,
    }
    LOGGER.log(_level(result), "command settled", extra=fields)


def log_batch(results: Sequence[Settled], figures: Mapping[str, int]) -> None:
    """The line of the batch: how many messages, how many per disposition, and what the stories counted.

    A store that cannot be used concerns all messages alike, so the alarm is raised here, once per reason.
    """
    for reason in _misconfigurations(results):
        alarm = {"reason": reason[:REASON_LENGTH_MAX], "alarm": FailureKind.MISCONFIGURED.value}
        LOGGER.error("store misconfigured", extra=alarm)
    dispositions = {one.value: sum(r.disposition is one for r in results) for one in Disposition}
    fields = {"messages": len(results), **dispositions, **dict(sorted(figures.items()))}
    LOGGER.info("batch settled", extra=fields)


def log_not_started(error: StoreUnavailable | SourceUnavailable, figures: Mapping[str, int]) -> None:
    """The application could not be built now; every message of a batch is delivered again.

    `figures`: of those that could not be put off.
    """
    LOGGER.error("not started", extra={"reason": str(error), "alarm": "not_started", **figures})


def log_bug(error: Exception) -> None:
    """What broke and where. The error's own text is left out: it may quote a payload."""
    frames = [f"{one.filename}:{one.lineno} {one.name}" for one in traceback.extract_tb(error.__traceback__)]
    fields = {"error": type(error).__name__, "frames": frames[-20:], "alarm": "bug"}
    LOGGER.error("unexpected error", extra=fields)


def _powertools_lines(telemetry: Telemetry) -> logging.Formatter:
    from statewright.aws.powertools_lines import PowertoolsLines

    return PowertoolsLines(service=telemetry.service)


def _misconfigurations(results: Sequence[Settled]) -> tuple[str, ...]:
    """The distinct reasons, in the order of the messages."""
    outcomes = [result.outcome for result in results]
    return tuple(
        dict.fromkeys(
            outcome.reason
            for outcome in outcomes
            if isinstance(outcome, Failure) and outcome.kind is FailureKind.MISCONFIGURED
        )
    )


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
