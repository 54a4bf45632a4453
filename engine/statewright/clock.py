"""The one place that reads the wall clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def utc_now() -> str:
    """RFC 3339 in UTC with six digits of fraction, so that text order is time order."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def wall_seconds() -> float:
    """Goes on while the process is frozen, as Lambda freezes it between invocations, and may be set back.

    The monotonic clock may stand still meanwhile.
    """
    return time.time()
