"""Text for values in messages and diagrams: quoted and shortened, described by kind, and durations."""

from __future__ import annotations

import json
from typing import Any

_SHOWN_MAX = 40
_UNITS = (("week", 604_800), ("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
_KINDS = {
    type(None): "null",
    bool: "a boolean",
    int: "an integer",
    str: "a string",
    list: "a list",
}


def quoted(value: Any) -> str:
    """Format a value as JSON on one line, truncated to 40 characters.

    >>> quoted("draft"), quoted([1, None]), quoted("x" * 100)
    ('"draft"', '[1, null]', '"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…"')
    """
    if isinstance(value, str) and len(value) > _SHOWN_MAX:
        value = value[: _SHOWN_MAX - 1] + "…"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN_MAX or isinstance(value, str) else text[: _SHOWN_MAX - 1] + "…"


def kind(value: Any) -> str:
    """Name the type of a value for a message.

    >>> kind({}), kind(None), kind(1.5)
    ('a mapping', 'null', 'a number')
    """
    return "a number" if isinstance(value, float) else _KINDS.get(type(value), "a mapping")


def described(value: Any) -> str:
    """Quote a scalar and name the type of a collection: `3`, `"draft"`, `a list`."""
    return kind(value) if isinstance(value, list | dict) else quoted(value)


def duration_text(seconds: float) -> str:
    """Format a duration in units, largest first.

    >>> duration_text(2_592_000), duration_text(90), duration_text(-1.5)
    ('4 weeks 2 days', '1 minute 30 seconds', 'minus 1.5 seconds')
    """
    rest, parts = abs(seconds), []
    for unit, length in _UNITS:
        count, rest = (rest, 0) if length == 1 else divmod(rest, length)
        if count:
            number = f"{count:.6f}".rstrip("0").rstrip(".")
            parts.append(f"{number} {unit}{'' if number == '1' else 's'}")
    return f"{'minus ' if seconds < 0 else ''}{' '.join(parts) or '0 seconds'}"
