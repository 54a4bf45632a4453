"""Formats log lines: one JSON object per record, on stderr.

Uses the keys of Powertools for AWS Lambda, and those of the record. JSON escapes line breaks, so senders
cannot forge lines. See docs/decisions/0024-one-log-formatter.md.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from statewright.aws.settings import Telemetry
from statewright.errors import SourceUnavailable, StoreUnavailable
from statewright.runtime.logs import LOGGER, MESSAGE_TRACE

SDK_LOGGERS = ("boto3", "botocore", "urllib3")

_STANDARD = frozenset({*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"})


class InvocationKeys(logging.Filter):
    """Adds the keys of the current invocation to every line. Lambda runs one at a time per process."""

    def __init__(self) -> None:
        super().__init__()
        self._keys: Mapping[str, object] = {}

    def begin(self, context: Any, *, cold_start: bool, trace_id: str) -> None:
        """Set the keys of a new invocation. `context`: Lambda's."""
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
    """Send this project's log lines to stderr. Call once per process, then `begin` for each invocation."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines(telemetry.service))
    invocation = InvocationKeys()
    handler.addFilter(invocation)
    LOGGER.addHandler(handler)
    LOGGER.setLevel(telemetry.level)
    LOGGER.propagate = False
    if on_lambda:
        # Lambda sets its log level for all loggers, and at DEBUG the SDK logs whole requests.
        for name in SDK_LOGGERS:
            logging.getLogger(name).setLevel(logging.INFO)
    return invocation


class JsonLines(logging.Formatter):
    """One JSON object per record, with the keys from `extra` at the top level."""

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
        # The trace of the message takes precedence over that of the invocation.
        trace_id = line.pop(MESSAGE_TRACE, None) or line.get("xray_trace_id")
        line["xray_trace_id"] = trace_id
        return json.dumps({key: value for key, value in line.items() if value not in (None, "")})


def log_not_started(error: StoreUnavailable | SourceUnavailable, counts: Mapping[str, int]) -> None:
    """Log that the application could not be built. `counts`: messages that could not be delayed."""
    LOGGER.error("not started", extra={"reason": str(error), "alarm": "not_started", **counts})
