"""How messages name the values of an author's file: quoted, shortened, or by their kind."""

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
    """The value as JSON on one line, cut to 40 characters.

    >>> quoted("draft"), quoted([1, None]), quoted("x" * 100)
    ('"draft"', '[1, null]', '"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…"')
    """
    if isinstance(value, str) and len(value) > _SHOWN_MAX:
        value = value[: _SHOWN_MAX - 1] + "…"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN_MAX or isinstance(value, str) else text[: _SHOWN_MAX - 1] + "…"


def kind(value: Any) -> str:
    """What a value is, in an author's words.

    >>> kind({}), kind(None), kind(1.5)
    ('a mapping', 'null', 'a number')
    """
    return "a number" if isinstance(value, float) else _KINDS.get(type(value), "a mapping")


def described(value: Any) -> str:
    """A scalar as it stands, a collection by its kind: `3`, `"draft"`, `a list`."""
    return kind(value) if isinstance(value, list | dict) else quoted(value)
