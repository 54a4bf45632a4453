"""How large a value is as text, found without writing it: a few references can stand for gigabytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from statewright.language.schema.unchanged import NOTHING, changed_items, part_of

CHARACTERS_MAX = 1_000_000  # of one event's payload, and of an aggregate's data
# Below the 400 KB of a DynamoDB item with room for its keys, above the 300 KB at which the handler cuts a
# commit, so that a stream can move from an embedded store to the table.
COMMIT_BYTES_MAX = 350 * 1024

_OTHER_CHARACTERS = 2  # the least that a number takes with its comma


def is_too_large(value: Any) -> bool:
    """Whether the JSON text of `value` has more than CHARACTERS_MAX characters; stops as soon as it has."""
    return characters_beyond(value, NOTHING) > CHARACTERS_MAX


def characters_beyond(value: Any, other: Any) -> int:
    """The characters of `value` at least, without the parts that `other` has in the same place.

    Stops soon after CHARACTERS_MAX.
    """
    characters = 0
    waiting = [(value, other)]
    while waiting:
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
    return characters
