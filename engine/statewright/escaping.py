"""Text from outside, made fit to be shown: a character that cannot be seen becomes its escape.

Among those are control characters, separators of lines, marks of direction and lone surrogates, with which an
author or a sender could move a terminal's cursor, forge a line or turn a text around. Pure.
"""

from __future__ import annotations

import json
from typing import Final

# What prose in a page needs: breaks, tabs, no-break spaces, and what joins letters in some scripts.
PROSE: Final = "\n\t\u00a0\u202f\u200c\u200d"


def printable(text: str, *, keep: str = "") -> str:
    r"""The text with every invisible character as its escape, except those in `keep`.

    >>> print(printable("a\x1b[31m\n\u202eb"))
    a\x1b[31m\n\u202eb
    """
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() or one in keep else _python_escape(one) for one in text)


def printable_json(text: str) -> str:
    r"""JSON text that means the same. Line breaks between values stay; a string cannot hold any.

    >>> print(printable_json('{"a": "\x9b\u202e"}'))
    {"a": "\u009b\u202e"}
    """
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() or one == "\n" else json.dumps(one)[1:-1] for one in text)


def _python_escape(character: str) -> str:
    return character.encode("unicode_escape").decode()
