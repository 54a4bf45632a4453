"""The marks that a picture's parts may bear: a sign for those who see no colour, a word, and two colours.

One table for every format, so that the same mark looks the same everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class Mark(Enum):
    """Sign, word, colour of the surface, and of lines and text on it: a contrast of 4.5 to 1 at least."""

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
    """
    >>> legend([Mark.ADDED, Mark.CHANGED])
    '+ added, ~ changed'
    """
    return ", ".join(f"{mark.sign} {mark.word}" for mark in marks)


def signed(text: str, mark: Mark | None) -> str:
    """The text behind the mark's sign."""
    return text if mark is None else f"{mark.sign} {text}"
