"""How streams and events are named on disk and in logs.

Owns the one place where a key is built, and the pattern of an aggregate's id. A machine's name and an
aggregate's id hold no slash, so two different pairs never share a key, nor two events an id. The handler
and the tools call it; adapters treat a key as opaque text.
"""

from __future__ import annotations

import re

AGGREGATE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@+=-]{0,127}")
MACHINE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")


def stream_key(machine: str, aggregate_id: str) -> str:
    """The stream of one aggregate, `machine/aggregate_id`; ValueError when either does not fit its pattern.

    >>> stream_key("order", "o-17")
    'order/o-17'
    """
    if not MACHINE_NAME.fullmatch(machine):
        raise ValueError(f"machine must match {MACHINE_NAME.pattern}")
    if not AGGREGATE_ID.fullmatch(aggregate_id):
        raise ValueError(f"aggregate_id must match {AGGREGATE_ID.pattern}")
    return f"{machine}/{aggregate_id}"


def event_id(stream: str, version: int) -> str:
    """The id under which one event is known outside, `<stream>/<version>`.

    >>> event_id("order/o-17", 3)
    'order/o-17/3'
    """
    return f"{stream}/{version}"
