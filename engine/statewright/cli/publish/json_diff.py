"""The differences between two JSON documents, by path. Pure.

Items of lists are matched by content first, so an inserted branch is one addition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest
from typing import Any

from statewright.canonical import canonical_json


class DifferenceKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that differs between the documents.

    `path`: such as `states.draft.accepts.Pay[0].guard`. `old`: None if added; `new`: None if removed.
    """

    kind: DifferenceKind
    path: str
    old: Any = None
    new: Any = None


def json_diff(old: Any, new: Any, path: str = "") -> Iterator[Difference]:
    """The differences in the order of their paths."""
    match old, new:
        case dict(), dict():
            yield from _of_mappings(old, new, path)
        case list(), list():
            yield from _of_lists(old, new, path)
        case _ if canonical_json(old) != canonical_json(new):  # in Python 1, 1.0 and True are equal
            yield Difference(DifferenceKind.CHANGED, path, old, new)


def _of_mappings(old: Mapping[str, Any], new: Mapping[str, Any], path: str) -> Iterator[Difference]:
    for key in sorted(old.keys() | new.keys()):
        below = f"{path}.{key}" if path else key
        if key not in new:
            yield Difference(DifferenceKind.REMOVED, below, old=old[key])
        elif key not in old:
            yield Difference(DifferenceKind.ADDED, below, new=new[key])
        else:
            yield from json_diff(old[key], new[key], below)


def _of_lists(old: Sequence[Any], new: Sequence[Any], path: str) -> Iterator[Difference]:
    """Differences of lists. Indexes of removed items are those of the old list, all others of the new."""
    matcher = SequenceMatcher(None, [*map(canonical_json, old)], [*map(canonical_json, new)], autojunk=False)
    for kind, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            continue
        for before, after in zip_longest(range(old_start, old_end), range(new_start, new_end)):
            if after is None:
                yield Difference(DifferenceKind.REMOVED, f"{path}[{before}]", old=old[before])
            elif before is None:
                yield Difference(DifferenceKind.ADDED, f"{path}[{after}]", new=new[after])
            else:
                yield from json_diff(old[before], new[after], f"{path}[{after}]")
