"""JSON text from strangers, read strictly: what Python's reader lets pass is refused here with its place.

Depth is counted on the raw text before anything is built, so no input reaches the recursion limit. Reasons
name a place and never quote a value, nor a key that the caller does not know: the keys of a map are data too.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

DEPTH_MAX = 64
INTEGER_DIGITS_MAX = 19
NAME_LENGTH_MAX = 64

_STRING = re.compile(r'"(?:[^"\\]++|\\.?)*+"?', re.DOTALL)  # possessive: linear on unclosed strings too
_SURROGATE = re.compile("[\ud800-\udfff]")


class Malformed(Exception):
    """The text is not what it should be at `place`, a dotted path; "" is the whole, called "body"."""

    def __init__(self, place: str, reason: str) -> None:
        self.place = place
        self.reason = reason
        super().__init__(f"{place or 'body'}: {reason}")


def read_json(text: str, *, place: str = "", quotable: Collection[str] | None = None) -> object:
    """The value of `text`: integers within 64 bits, finite doubles, no key twice, no lone surrogate.

    `place` is where the text stands, when it is itself part of a document. `quotable`: the keys that a
    reason may quote, None for all; of any other it tells the depth, as `*`. Raises Malformed.
    """
    if _depth(text) > DEPTH_MAX:
        raise Malformed(place, f"nested deeper than {DEPTH_MAX}")
    try:
        value = json.loads(
            text,
            object_pairs_hook=partial(_object, quotable=quotable),
            parse_int=_integer,
            parse_float=_double,
            parse_constant=lambda _: _Unfit("NaN and Infinity are not JSON"),
        )
    except json.JSONDecodeError as error:
        raise Malformed(place, f"is not JSON, character {error.pos}: {error.msg}") from None
    _inspect(value, place, quotable)
    return value


def printable(name: str) -> str:
    """A name from outside, fit for a reason: printable ASCII, and not long."""
    return name.encode("unicode_escape").decode("ascii")[:NAME_LENGTH_MAX]


@dataclass(frozen=True, slots=True)
class _Unfit:
    """Stands where a refused value stood until the walk, which knows the place, reports it."""

    reason: str


def _depth(text: str) -> int:
    if text.count("[") + text.count("{") <= DEPTH_MAX:
        return 0
    depth = deepest = 0
    for character in _STRING.sub("", text):
        if character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _object(
    pairs: list[tuple[str, object]], *, quotable: Collection[str] | None
) -> dict[str, object] | _Unfit:
    fields = dict(pairs)
    if len(fields) == len(pairs):
        return fields
    [(name, _)] = Counter(name for name, _ in pairs).most_common(1)
    return _Unfit(
        f'key "{printable(name)}" stands there twice' if _may_quote(name, quotable) else "repeats a key"
    )


def _integer(digits: str) -> int | _Unfit:
    # int() itself raises a plain ValueError beyond 4,300 digits, so the length is judged first.
    if len(digits.lstrip("-")) <= INTEGER_DIGITS_MAX and -(2**63) <= (value := int(digits)) < 2**63:
        return value
    return _Unfit("is an integer beyond 64 bits")


def _double(text: str) -> float | _Unfit:
    value = float(text)
    return value if math.isfinite(value) else _Unfit("is a number beyond a double")


def _inspect(value: object, place: str, quotable: Collection[str] | None) -> None:
    match value:
        case _Unfit(reason):
            raise Malformed(place, reason)
        case str() if _SURROGATE.search(value):
            raise Malformed(place, "holds half of a surrogate pair")
        case dict():
            for name, item in value.items():
                shown = printable(name) or '""' if _may_quote(name, quotable) else "*"
                inside = f"{place}.{shown}" if place else shown
                _inspect(name, inside, quotable)
                _inspect(item, inside, quotable)
        case list():
            for index, item in enumerate(value):
                _inspect(item, f"{place}[{index}]", quotable)


def _may_quote(name: str, quotable: Collection[str] | None) -> bool:
    return quotable is None or name in quotable
