"""The only module that reads the wall clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def utc_now() -> str:
    """The current time as RFC 3339 text in UTC with six fraction digits, which sorts chronologically."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def wall_seconds() -> float:
    """The current time in seconds since 1970. The clock may be set back.

    Unlike the monotonic clock, it also advances while Lambda freezes the process between invocations.
    """
    return time.time()
