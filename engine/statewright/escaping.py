"""Escapes invisible characters in untrusted text before it is shown, and measures visible text.

Control characters, line separators, direction marks and lone surrogates could otherwise move a terminal's
cursor, forge a line or reverse text.
"""

from __future__ import annotations

import json
from typing import Final

# Allowed in prose: line breaks, tabs, no-break spaces, and joiners that some scripts need.
PROSE: Final = "\n\t\u00a0\u202f\u200c\u200d"


def printable(text: str, *, keep: str = "") -> str:
    r"""Replace every invisible character by its escape, except those in `keep`.

    >>> print(printable("a\x1b[31m\n\u202eb"))
    a\x1b[31m\n\u202eb
    """
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() or one in keep else _python_escape(one) for one in text)


def printable_json(text: str) -> str:
    r"""Escape invisible characters in JSON text without changing its meaning. Keeps line breaks.

    >>> print(printable_json('{"a": "\x9b\u202e"}'))
    {"a": "\u009b\u202e"}
    """
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() or one == "\n" else json.dumps(one)[1:-1] for one in text)


def terminal_columns(text: str) -> int:
    """The columns that a terminal needs for visible text.

    >>> terminal_columns("paid"), terminal_columns("支払い"), terminal_columns("cafe\u0301")
    (4, 6, 4)
    """
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    drawn_over = ("Mn", "Me")  # over the character before them
    return sum(
        0 if category(one) in drawn_over else 2 if east_asian_width(one) in "WF" else 1 for one in text
    )


def _python_escape(character: str) -> str:
    return character.encode("unicode_escape").decode()
