"""What other languages write for what CEL has under another name: the advice for who writes it here."""

from __future__ import annotations

_HERE = {
    "=": "==",
    "&": "&&",
    "|": "||",
    "and": "&&",
    "or": "||",
    "not": "!",
    "is": "==",
    "None": "null",
    "nil": "null",
    "undefined": "null",
    "True": "true",
    "False": "false",
    "len": "size",
    "length": "size",
    "count": "size",
    "includes": "contains",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
}


def spelled_here(written: str) -> str | None:
    """The end of a message about what is written; None for what no language in wide use has."""
    return f"; write {_HERE[written]}" if written in _HERE else None
