"""Finds the parts that two values share, so that they are not checked twice.

Values are never modified, so a part that is the same object in the same place is unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain, count, repeat
from operator import is_
from typing import Any, Final

NOTHING: Final = object()  # marks the absence of an earlier value


def changed_items(value: list[Any], before: Any) -> Iterable[tuple[int, Any, Any]]:
    """Return index, item and earlier item (or NOTHING) of each changed item.

    After an append, only the new items cost time; the comparison of the others runs in C.
    """
    if not isinstance(before, list):
        return zip(count(), value, repeat(NOTHING))
    if all(map(is_, before, value)):
        shared = len(before)
        return zip(count(shared), value[shared:], repeat(NOTHING))
    pairs = zip(count(), value, chain(before, repeat(NOTHING)))
    return [changed for changed in pairs if changed[1] is not changed[2]]


def part_of(before: Any, name: str) -> Any:
    """The value under `name` in the earlier value, or NOTHING."""
    return before.get(name, NOTHING) if isinstance(before, Mapping) else NOTHING
