"""Measures the size of a value as text without writing it: a few references can expand to gigabytes.

Measured values are then checked and written, so the budget is charged by size.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from statewright.language.cel import Budget
from statewright.language.schema.unchanged import NOTHING, changed_items, part_of

CHARACTERS_MAX = 1_000_000  # of one event's payload, and of an aggregate's data
# Below the 400 KB of a DynamoDB item, with room for its keys, and above the handler's limit of 300 KB for
# commits, so that a stream can be moved from an embedded store to DynamoDB.
COMMIT_BYTES_MAX = 350 * 1024

_OTHER_CHARACTERS = 2  # the minimum for a number and its comma
_VALUES_PER_STEP = 3
_CHARACTERS_PER_STEP = 256


def is_too_large(value: Any, *, budget: Budget | None = None) -> bool:
    """Whether the JSON text of `value` has more than CHARACTERS_MAX characters. Raises BudgetExceeded.

    Stops counting at the limit.
    """
    return characters_beyond(value, NOTHING, budget=budget) > CHARACTERS_MAX


def characters_after(characters: int, before: Any, value: Any) -> int:
    """The size of `value`, given the size of `before`. Looks only at changed parts."""
    return characters - characters_beyond(before, value) + characters_beyond(value, before)


def characters_beyond(value: Any, other: Any, *, budget: Budget | None = None) -> int:
    """A lower bound of the size of `value`, excluding parts that `other` has in the same place.

    Stops soon after CHARACTERS_MAX. Raises BudgetExceeded.
    """
    characters = values = 0
    waiting = [(value, other)]
    while waiting:
        values += 1
        part, same = waiting.pop()
        match part:
            case str() as text:
                characters += len(text) + 3
            case Mapping() as mapping:
                characters += sum(len(str(name)) + 4 for name in mapping)
                pairs = [(item, part_of(same, name)) for name, item in mapping.items()]
                waiting.extend(pair for pair in pairs if pair[0] is not pair[1])
            case list() as items:
                characters += 2
                waiting.extend((item, before) for _, item, before in changed_items(items, same))
            case _:
                characters += _OTHER_CHARACTERS
        if characters > CHARACTERS_MAX or len(waiting) > CHARACTERS_MAX:
            return CHARACTERS_MAX + 1
    if budget is not None:
        budget.spend(values // _VALUES_PER_STEP + characters // _CHARACTERS_PER_STEP)
    return characters
