"""What differs between two JSON documents: by path, what was added, removed and changed. Pure.

Items of a list are matched by their content first, so that one branch more is one addition.
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
    """`path`: as in `states.draft.accepts.Pay[0].guard`. `old` and `new` are None where there is none."""

    kind: DifferenceKind
    path: str
    old: Any = None
    new: Any = None


def json_diff(old: Any, new: Any, path: str = "") -> Iterator[Difference]:
    """In the order of the paths; nothing for equal documents."""
    match old, new:
        case dict(), dict():
            yield from _of_mappings(old, new, path)
        case list(), list():
            yield from _of_lists(old, new, path)
        case _ if canonical_json(old) != canonical_json(new):  # 1, 1.0 and true are equal to Python only
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
    """The place of what was removed counts in the old list, that of all else in the new one."""
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
