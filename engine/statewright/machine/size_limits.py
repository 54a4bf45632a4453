"""How large a value is as text, found without writing it: a few references can stand for gigabytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CHARACTERS_MAX = 1_000_000  # of one event's payload, and of an aggregate's data
# Below the 400 KB of a DynamoDB item with room for its keys, above the 300 KB at which the handler cuts a
# commit, so that a stream can move from an embedded store to the table.
COMMIT_BYTES_MAX = 350 * 1024

_OTHER_CHARACTERS = 2  # the least that a number takes with its comma


def is_too_large(value: Any) -> bool:
    """Whether the JSON text of `value` has more than CHARACTERS_MAX characters; stops as soon as it has."""
    characters = 0
    waiting = [value]
    while waiting:
        match waiting.pop():
            case str() as text:
                characters += len(text) + 3
            case Mapping() as mapping:
                characters += sum(len(str(name)) + 4 for name in mapping)
                waiting.extend(mapping.values())
            case list() as items:
                characters += 2
                waiting.extend(items)
            case _:
                characters += _OTHER_CHARACTERS
        if characters > CHARACTERS_MAX or len(waiting) > CHARACTERS_MAX:
            return True
    return False
