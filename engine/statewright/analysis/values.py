"""Selects values of a schema near the points where comparisons change their results.

`boundary_values` covers every result of comparisons with given constants, for statements about all values;
some of its values may be impossible. `sample_values` has a few valid values, simplest first, to run a machine
with. Pure and deterministic.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count, islice, pairwise
from string import ascii_lowercase
from typing import Any

from statewright.analysis.requests import DEFAULT_TIME
from statewright.analysis.schemas import (
    NUMBER_BOUNDS,
    Schema,
    conforming,
    integer_bounds,
    listed_values,
    may_be_null,
    size_bounds,
    types_of,
)
from statewright.analysis.truth import Unlisted
from statewright.canonical import canonical_json
from statewright.strict_json import INTEGER_MAX, INTEGER_MIN, RoundedDouble

SAMPLES_MAX = 24  # of one field
SIZE_MAX = 1_000  # of a string or a list; longer ones are not generated
_FORMATS = {
    "date-time": DEFAULT_TIME,
    "date": "2026-01-01",
    "time": "00:00:00Z",
    "email": "ada@example.com",
    "uri": "https://example.com",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def boundary_values(schema: Schema, constants: Sequence[object]) -> list[object] | None:
    """Values within the schema's bounds; None if nothing is known about the values."""
    if (listed := listed_values(schema)) is not None:
        return list(listed)
    nulls: list[object] = [None] if may_be_null(schema) else []
    match [name for name in types_of(schema) if name != "null"]:
        case ["boolean"]:
            return [True, False, *nulls]
        case ["integer"]:
            return [*_integers(constants, integer_bounds(schema)), *nulls]
        case ["number"]:
            return [*_doubles(constants, schema), *nulls]
        case ["string"]:
            texts = list(dict.fromkeys(text for text in constants if isinstance(text, str)))
            return [*texts, *_another(texts, schema), *nulls]
        case ["array" | "object"]:
            return [Unlisted.OTHER, *nulls]
        case []:
            return nulls or None
    return None


def boundary_sizes(schema: Schema, constants: Sequence[object]) -> list[object]:
    """Like `boundary_values`, for the size of a string or a list."""
    return _integers(constants, size_bounds(schema))


def sample_values(
    schema: Schema, hints: Sequence[Any], *, nearest: Sequence[Any] = (), sizes: Sequence[int] = ()
) -> list[Any]:
    """Valid values, normalised by the schema; empty if none can be guessed.

    `nearest`: hints to try before the bounds of the schema. `sizes`: for strings and lists.
    """
    if (domain := finite_domain(schema)) is not None:
        return domain
    plausible = _plausible(schema, _Hints(tuple(nearest), tuple(hints), tuple(sizes)))
    return list(islice(conforming(schema, distinct(plausible)), SAMPLES_MAX))


def finite_domain(schema: Schema) -> list[Any] | None:
    """Every value that the schema allows, simplest first; None if there are too many."""
    if (listed := listed_values(schema)) is not None:
        return list(conforming(schema, listed))
    values: list[Any] = []
    for name in types_of(schema) or ("string",):
        match name:
            case "boolean":
                values += [True, False]
            case "null":
                values.append(None)
            case "integer" if (bounds := integer_bounds(schema))[1] - bounds[0] < SAMPLES_MAX:
                values += sorted(range(bounds[0], bounds[1] + 1), key=lambda value: (value != 1, value))
            case _:
                return None
    return list(conforming(schema, values))


def distinct(values: Iterable[Any]) -> list[Any]:
    """The distinct values, compared as JSON: true is not 1."""
    return list({canonical_json(value): value for value in values}.values())


def same_value(one: Any, other: Any) -> bool:
    """Whether both are equal as JSON: 1 equals 1.0, and neither equals true."""
    match one, other:
        case Mapping(), Mapping():
            return one.keys() == other.keys() and all(same_value(one[key], other[key]) for key in one)
        case list(), list():
            return len(one) == len(other) and all(map(same_value, one, other))
        case RoundedDouble(), int():
            return one.exact == other
        case _:
            return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _near(values: Iterable[Any]) -> Iterator[Any]:
    """The values, and for numbers their neighbours."""
    for value in values:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        yield from (value, value + 1, value - 1) if is_number else (value,)


def _between(values: Iterable[Any]) -> Iterator[float]:
    """Fractional numbers: the nearest ones to each value, and the middle of two neighbours."""
    numbers = sorted(float(value) for value in values if type(value) in (int, float))
    for value in numbers:
        yield from (math.nextafter(value, end) for end in (math.inf, -math.inf))
    yield from ((one + other) / 2 for one, other in pairwise(numbers))


def _integers(constants: Sequence[object], bounds: tuple[int, int]) -> list[object]:
    """Each integer, its neighbours, and the bounds unless they are those of 64 bits."""
    lowest, highest = bounds
    named = [value for value in constants if type(value) is int] or [min(max(0, lowest), highest)]
    ends = [end for end in bounds if end not in (INTEGER_MIN, INTEGER_MAX)]
    return [value for value in dict.fromkeys([*_near(named), *ends]) if lowest <= value <= highest]


def _doubles(constants: Sequence[object], schema: Schema) -> list[object]:
    """Each double, its neighbours at a distance of 1, and the next representable ones."""
    bounds = [float(schema[key]) for key in NUMBER_BOUNDS if key in schema]
    named = [*(value for value in constants if type(value) is float), *bounds] or [0.0]
    nearest = [math.nextafter(value, end) for value in named for end in (math.inf, -math.inf)]
    near = dict.fromkeys([*_near(named), *nearest])
    return [value for value in near if math.isfinite(value) and _is_within(value, schema)]


def _is_within(value: float, schema: Schema) -> bool:
    at_least, above = (schema.get(key, -math.inf) for key in ("minimum", "exclusiveMinimum"))
    at_most, below = (schema.get(key, math.inf) for key in ("maximum", "exclusiveMaximum"))
    return bool(at_least <= value <= at_most and above < value < below)


def _another(texts: Sequence[str], schema: Schema) -> list[str]:
    """At most one string that fits and is not one of the texts."""
    shortest, longest = size_bounds(schema)
    length = max(shortest, min(len("other"), longest))
    letters = (chr(ord("a") + number) for number in range(len(texts) + 1))  # at least one is unused
    shapes = ["other"[:length].ljust(length, "x"), "x" * shortest, *(letter * length for letter in letters)]
    return [text for text in shapes if text not in texts][:1]


@dataclass(frozen=True, slots=True)
class _Hints:
    """Values to try in addition to those of the schema."""

    nearest: tuple[Any, ...]
    others: tuple[Any, ...]
    sizes: tuple[int, ...] = ()

    @property
    def all(self) -> tuple[Any, ...]:
        return (*self.nearest, *self.others)


def _plausible(schema: Schema, hints: _Hints) -> Iterator[Any]:
    """Values that the schema names, then values for each of its types; some may be invalid."""
    if (listed := listed_values(schema)) is not None:
        yield from listed
        return
    yield from schema.get("examples", ())
    for name in types_of(schema) or ("integer", "string", "boolean", "object"):
        yield from _of_type(name, schema, hints)


def _of_type(name: str, schema: Schema, hints: _Hints) -> Iterator[Any]:
    match name:
        case "integer" | "number":
            bounds = [schema[key] for key in (*NUMBER_BOUNDS, "multipleOf") if key in schema]
            fractions = _between(hints.nearest) if name == "number" else ()
            yield from (1, *_near(hints.nearest), *fractions, *_near(bounds), *_near(hints.others), 2, 0)
        case "string":
            yield from _texts(schema, hints)
        case "boolean":
            yield from (True, False)
        case "null":
            yield None
        case "array":
            yield from _lists(schema, hints)
        case "object":
            yield from _objects(schema, hints)


def _texts(schema: Schema, hints: _Hints) -> Iterator[str]:
    """Strings, including one that is not among the hints, for example for a new id."""
    known = {hint for hint in hints.all if isinstance(hint, str)}
    if schema.get("format") in _FORMATS:
        yield _FORMATS[schema["format"]]
    yield next(text for text in chain(["text"], (f"text{n}" for n in count(2))) if text not in known)
    if schema.get("minLength", 1) <= SIZE_MAX:
        yield "x" * max(schema.get("minLength", 1), 1)
    yield from (hint for hint in hints.nearest if isinstance(hint, str))
    yield from ("x" * size for size in hints.sizes)
    yield from (hint for hint in hints.others if isinstance(hint, str))
    yield ""
    yield from islice((letter for letter in ascii_lowercase if letter not in known), 1)


def _lists(schema: Schema, hints: _Hints) -> Iterator[list[Any]]:
    """Lists of distinct items, in case the schema requires that."""
    items = sample_values(schema.get("items", {}), hints.all)
    size = len(canonical_json(items[:1]))
    for length in sorted({schema.get("minItems", 0), 1, 2, *hints.sizes}):
        if items and (length <= 2 or length * size <= SIZE_MAX * 10):
            yield (items * length)[:length]
    yield []


def _objects(schema: Schema, hints: _Hints) -> Iterator[dict[str, Any]]:
    properties = schema.get("properties", {})
    first = {name: next(iter(sample_values(part, hints.all)), None) for name, part in properties.items()}
    yield {name: first.get(name) for name in schema.get("required", ())}
    yield first
