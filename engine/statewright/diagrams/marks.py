"""The marks of a picture's parts: a sign that works without colour, a word and two colours.

All formats share them, so a mark looks the same everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class Mark(Enum):
    """Sign, word, background, and the colour of lines and text on it, with a contrast of at least 4.5:1."""

    ADDED = ("+", "added", "#dafbe1", "#116329")
    REMOVED = ("−", "removed", "#ffebe9", "#a40e26")
    CHANGED = ("~", "changed", "#fff8c5", "#7d4e00")
    COVERED = ("✓", "covered", "#dafbe1", "#116329")
    MISSED = ("✗", "not covered", "#ffebe9", "#a40e26")
    CURRENT = ("●", "is here", "#ddf4ff", "#0550ae")
    ACCEPTED = ("▸", "accepted now", "#ddf4ff", "#0550ae")

    def __init__(self, sign: str, word: str, surface: str, line: str) -> None:
        self.sign = sign
        self.word = word
        self.surface = surface
        self.line = line


def legend(marks: Iterable[Mark]) -> str:
    """The meaning of the marks' signs.

    >>> legend([Mark.ADDED, Mark.CHANGED])
    '+ added, ~ changed'
    """
    return ", ".join(f"{mark.sign} {mark.word}" for mark in marks)


def signed(text: str, mark: Mark | None) -> str:
    """The text after the mark's sign."""
    return text if mark is None else f"{mark.sign} {text}"
