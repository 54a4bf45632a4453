"""Which parts two values share, so that what was found about one need not be found again about the other.

Values are never changed in place, so a part that is the same object at the same place is the same value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain, count, repeat
from operator import is_
from typing import Any, Final

NOTHING: Final = object()  # stands where there is no earlier value


def changed_items(value: list[Any], before: Any) -> Iterable[tuple[int, Any, Any]]:
    """Index, item and earlier item, or NOTHING, of the items that are not the earlier ones.

    Appending costs what the new items cost: the earlier ones are compared by C code.
    """
    if not isinstance(before, list):
        return zip(count(), value, repeat(NOTHING))
    if all(map(is_, before, value)):
        shared = len(before)
        return zip(count(shared), value[shared:], repeat(NOTHING))
    pairs = zip(count(), value, chain(before, repeat(NOTHING)))
    return [changed for changed in pairs if changed[1] is not changed[2]]


def part_of(before: Any, name: str) -> Any:
    """What the earlier value held under the name, or NOTHING."""
    return before.get(name, NOTHING) if isinstance(before, Mapping) else NOTHING
