"""Spellings from other languages and their equivalents in CEL."""

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


def spelling_hint(written: str) -> str | None:
    """The end of a message about a spelling from another language; None if CEL has no equivalent."""
    return f"; write {_HERE[written]}" if written in _HERE else None
