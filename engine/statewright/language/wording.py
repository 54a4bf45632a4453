"""Text for an author's values in messages: quoted, shortened, or described by kind."""

from __future__ import annotations

import json
from typing import Any

_SHOWN_MAX = 40
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
