"""The values of a schema that comparisons with given constants can tell apart.

At each constant, beside it, and at the schema's own bounds: between two of these every comparison comes out
alike. What a schema asks for beyond its bounds is not looked at, so some values may not really be possible;
`fits` says which are.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from statewright.analysis.truth import Unlisted
from statewright.language.schema.payloads import PayloadError
from statewright.language.schema.values import compile_rule
from statewright.strict_json import INTEGER_MAX, INTEGER_MIN

Schema = Mapping[str, Any]

_DOUBLE_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")


def telling_values(schema: Schema, constants: Sequence[object]) -> list[object] | None:
    """None where nothing is known about the values."""
    if "const" in schema:
        return [schema["const"]]
    if "enum" in schema:
        return list(schema["enum"])
    nulls: list[object] = [None] if may_be_null(schema) else []
    match [name for name in types_of(schema) if name != "null"]:
        case ["boolean"]:
            return [True, False, *nulls]
        case ["integer"]:
            return [*_near(constants, _integer_bounds(schema)), *nulls]
        case ["number"]:
            return [*_near_doubles(constants, schema), *nulls]
        case ["string"]:
            texts = list(dict.fromkeys(text for text in constants if isinstance(text, str)))
            return [*texts, *_another(texts, schema), *nulls]
        case ["array" | "object"]:
            return [Unlisted.OTHER, *nulls]
        case []:
            return nulls or None
    return None


def telling_sizes(schema: Schema, constants: Sequence[object]) -> list[object]:
    """As `telling_values`, of the size of a text or a list."""
    return _near(constants, _size_bounds(schema))


def fits(schema: Schema, value: object) -> bool:
    """Whether a sender may really give the value."""
    try:
        compile_rule(schema).conform(value)
    except PayloadError:
        return False
    return True


def has_size(schema: Schema, size: int) -> bool:
    """Whether some value surely has this size: a text or a list of which nothing but its bounds is said."""
    if schema.keys() & {"enum", "const", "pattern", "uniqueItems"} or "object" in types_of(schema):
        return False
    lowest, highest = _size_bounds(schema)
    return lowest <= size <= highest


def may_be_null(schema: Schema) -> bool:
    return "null" in types_of(schema)


def types_of(schema: Schema) -> tuple[str, ...]:
    """The names under `type`, one or several; none where nothing is said."""
    declared = schema.get("type", ())
    return (declared,) if isinstance(declared, str) else tuple(declared)


def _near(constants: Sequence[object], bounds: tuple[int, int]) -> list[object]:
    """Each integer, those beside it, and the bounds that differ from the widest ones."""
    lowest, highest = bounds
    named = [value for value in constants if type(value) is int] or [min(max(0, lowest), highest)]
    ends = [end for end in bounds if end not in (INTEGER_MIN, INTEGER_MAX)]
    near = [*named, *ends, *(value + 1 for value in named), *(value - 1 for value in named)]
    return [value for value in dict.fromkeys(near) if lowest <= value <= highest]


def _near_doubles(constants: Sequence[object], schema: Schema) -> list[object]:
    bounds = [float(schema[key]) for key in _DOUBLE_BOUNDS if key in schema]
    named = [*(value for value in constants if type(value) is float), *bounds] or [0.0]
    near = [*named, *(value + 1 for value in named), *(value - 1 for value in named)]
    near += [math.nextafter(value, end) for value in named for end in (math.inf, -math.inf)]
    return [value for value in dict.fromkeys(near) if math.isfinite(value) and _is_within(value, schema)]


def _is_within(value: float, schema: Schema) -> bool:
    at_least, above = (schema.get(key, -math.inf) for key in ("minimum", "exclusiveMinimum"))
    at_most, below = (schema.get(key, math.inf) for key in ("maximum", "exclusiveMaximum"))
    return bool(at_least <= value <= at_most and above < value < below)


def _integer_bounds(schema: Schema) -> tuple[int, int]:
    lowest = [INTEGER_MIN, math.ceil(schema.get("minimum", INTEGER_MIN))]
    highest = [INTEGER_MAX, math.floor(schema.get("maximum", INTEGER_MAX))]
    if "exclusiveMinimum" in schema:
        lowest.append(math.floor(schema["exclusiveMinimum"]) + 1)
    if "exclusiveMaximum" in schema:
        highest.append(math.ceil(schema["exclusiveMaximum"]) - 1)
    return max(lowest), min(highest)


def _size_bounds(schema: Schema) -> tuple[int, int]:
    return (
        max(schema.get("minLength", 0), schema.get("minItems", 0)),
        min(schema.get("maxLength", INTEGER_MAX), schema.get("maxItems", INTEGER_MAX)),
    )


def _another(texts: Sequence[str], schema: Schema) -> list[str]:
    """A text that is none of these, of a length that fits; none only where the empty one is all there is."""
    shortest, longest = _size_bounds(schema)
    length = max(shortest, min(len("other"), longest))
    letters = (chr(ord("a") + number) for number in range(len(texts) + 1))  # one of them is free
    shapes = ["other"[:length].ljust(length, "x"), "x" * shortest, *(letter * length for letter in letters)]
    return [text for text in shapes if text not in texts][:1]
