"""How streams and events are named on disk and in logs.

Owns the one place where a key is built, and the patterns of ids (of aggregates and commands) and names (of
machines and commands). Neither holds a slash, so two different pairs never share a key, nor two events an id.
Adapters treat a key as opaque text.
"""

from __future__ import annotations

import re

ID_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@+=-]{0,127}")
NAME_PATTERN = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_MESSAGE = "~"


def stream_key(machine: str, aggregate_id: str) -> str:
    """The stream of one aggregate, `machine/aggregate_id`; ValueError when either does not fit its pattern.

    >>> stream_key("order", "o-17")
    'order/o-17'
    """
    if not NAME_PATTERN.fullmatch(machine):
        raise ValueError(f"machine must match {NAME_PATTERN.pattern}")
    if not ID_PATTERN.fullmatch(aggregate_id):
        raise ValueError(f"aggregate_id must match {ID_PATTERN.pattern}")
    return f"{machine}/{aggregate_id}"


def message_trace_id(message_id: str) -> str:
    """The id under which a commit tells of a message that added nothing to it; no command has such an id.

    >>> message_trace_id("5fea7756-0ea4-451a-a703-a558b933e274")
    '~5fea7756-0ea4-451a-a703-a558b933e274'
    """
    return f"{_MESSAGE}{message_id}"


def is_message_trace(command_id: str) -> bool:
    """Whether a commit tells of a message under this id, and not of a command."""
    return command_id.startswith(_MESSAGE)


def event_id(stream: str, version: int) -> str:
    """The id under which one event is known outside, `<stream>/<version>`.

    >>> event_id("order/o-17", 3)
    'order/o-17/3'
    """
    return f"{stream}/{version}"
