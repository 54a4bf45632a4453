"""How large a value is as text, found without writing it: a few references can stand for gigabytes.

What is measured is going to be checked and written, so its size is what that takes of a decision's budget.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from statewright.language.cel import Budget
from statewright.language.schema.unchanged import NOTHING, changed_items, part_of

CHARACTERS_MAX = 1_000_000  # of one event's payload, and of an aggregate's data
# Below the 400 KB of a DynamoDB item with room for its keys, above the 300 KB at which the handler cuts a
# commit, so that a stream can move from an embedded store to the table.
COMMIT_BYTES_MAX = 350 * 1024

_OTHER_CHARACTERS = 2  # the least that a number takes with its comma
_VALUES_PER_STEP = 3
_CHARACTERS_PER_STEP = 256


def is_too_large(value: Any, *, budget: Budget | None = None) -> bool:
    """Whether the JSON text of `value` has more than CHARACTERS_MAX characters; stops as soon as it has.

    Raises BudgetExceeded.
    """
    return characters_beyond(value, NOTHING, budget=budget) > CHARACTERS_MAX


def characters_after(characters: int, before: Any, value: Any) -> int:
    """The characters of `value`, where `before` has so many: only what differs is looked at."""
    return characters - characters_beyond(before, value) + characters_beyond(value, before)


def characters_beyond(value: Any, other: Any, *, budget: Budget | None = None) -> int:
    """The characters of `value` at least, without the parts that `other` has in the same place.

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
