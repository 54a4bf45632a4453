"""The keys of streams and events, and the patterns of ids and names.

Ids (of aggregates and commands) and names (of machines and commands) contain no slash, so keys are
unambiguous. Stores treat a key as opaque text.
"""

from __future__ import annotations

import re

ID_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@+=-]{0,127}")
NAME_PATTERN = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_MESSAGE = "~"


def stream_key(machine: str, aggregate_id: str) -> str:
    """The stream of an aggregate, `machine/aggregate_id`. Raises ValueError if either is malformed.

    >>> stream_key("order", "o-17")
    'order/o-17'
    """
    if not NAME_PATTERN.fullmatch(machine):
        raise ValueError(f"machine must match {NAME_PATTERN.pattern}")
    if not ID_PATTERN.fullmatch(aggregate_id):
        raise ValueError(f"aggregate_id must match {ID_PATTERN.pattern}")
    return f"{machine}/{aggregate_id}"


def message_trace_id(message_id: str) -> str:
    """The id under which a commit records a message that added no events. No command id has this form.

    >>> message_trace_id("5fea7756-0ea4-451a-a703-a558b933e274")
    '~5fea7756-0ea4-451a-a703-a558b933e274'
    """
    return f"{_MESSAGE}{message_id}"


def is_message_trace(command_id: str) -> bool:
    """Whether the id belongs to a message rather than to a command."""
    return command_id.startswith(_MESSAGE)


def event_id(stream: str, version: int) -> str:
    """The public id of an event, `<stream>/<version>`.

    >>> event_id("order/o-17", 3)
    'order/o-17/3'
    """
    return f"{stream}/{version}"
