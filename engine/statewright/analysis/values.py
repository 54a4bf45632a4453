"""Values of a schema that are worth trying, chosen where comparisons change their answers.

`boundary_values` has one for each answer that comparisons with given constants can get, among them some that
may not be possible: for claims about all values. `sample_values` has a few that a sender may give, the
plainest first: for running a machine. Pure and deterministic.
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
SIZE_MAX = 1_000  # of a text or a list; what only fits a longer one is not guessed
_FORMATS = {
    "date-time": DEFAULT_TIME,
    "date": "2026-01-01",
    "time": "00:00:00Z",
    "email": "ada@example.com",
    "uri": "https://example.com",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def boundary_values(schema: Schema, constants: Sequence[object]) -> list[object] | None:
    """Within the schema's bounds; None where nothing is known about the values."""
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
    """As `boundary_values`, of the size of a text or a list."""
    return _integers(constants, size_bounds(schema))


def sample_values(
    schema: Schema, hints: Sequence[Any], *, nearest: Sequence[Any] = (), sizes: Sequence[int] = ()
) -> list[Any]:
    """In the form that the schema declares; none where nobody can guess one.

    `nearest`: hints that are tried before the schema's own bounds. `sizes`: of texts and lists.
    """
    if (domain := finite_domain(schema)) is not None:
        return domain
    plausible = _plausible(schema, _Hints(tuple(nearest), tuple(hints), tuple(sizes)))
    return list(islice(conforming(schema, distinct(plausible)), SAMPLES_MAX))


def finite_domain(schema: Schema) -> list[Any] | None:
    """Every value that the schema admits, the plainest first; None where they are more than samples."""
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
    """As JSON tells them apart: true is not 1."""
    return list({canonical_json(value): value for value in values}.values())


def same_value(one: Any, other: Any) -> bool:
    """Equal as JSON: 1 and 1.0 are one number, and neither of them is true."""
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
    """Numbers with their neighbours; anything else as it is."""
    for value in values:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        yield from (value, value + 1, value - 1) if is_number else (value,)


def _between(values: Iterable[Any]) -> Iterator[float]:
    """Numbers that no step of one reaches: close to each value, and in the middle of two."""
    numbers = sorted(float(value) for value in values if type(value) in (int, float))
    for value in numbers:
        yield from (math.nextafter(value, end) for end in (math.inf, -math.inf))
    yield from ((one + other) / 2 for one, other in pairwise(numbers))


def _integers(constants: Sequence[object], bounds: tuple[int, int]) -> list[object]:
    """Each integer, those beside it, and the bounds that differ from the widest ones."""
    lowest, highest = bounds
    named = [value for value in constants if type(value) is int] or [min(max(0, lowest), highest)]
    ends = [end for end in bounds if end not in (INTEGER_MIN, INTEGER_MAX)]
    return [value for value in dict.fromkeys([*_near(named), *ends]) if lowest <= value <= highest]


def _doubles(constants: Sequence[object], schema: Schema) -> list[object]:
    """Between two constants there is always another number, so the next ones are among them."""
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
    """A text that is none of these, of a length that fits; none only where the empty one is all there is."""
    shortest, longest = size_bounds(schema)
    length = max(shortest, min(len("other"), longest))
    letters = (chr(ord("a") + number) for number in range(len(texts) + 1))  # one of them is free
    shapes = ["other"[:length].ljust(length, "x"), "x" * shortest, *(letter * length for letter in letters)]
    return [text for text in shapes if text not in texts][:1]


@dataclass(frozen=True, slots=True)
class _Hints:
    """Values to try besides those of the schema."""

    nearest: tuple[Any, ...]
    others: tuple[Any, ...]
    sizes: tuple[int, ...] = ()

    @property
    def all(self) -> tuple[Any, ...]:
        return (*self.nearest, *self.others)


def _plausible(schema: Schema, hints: _Hints) -> Iterator[Any]:
    """What the schema names first, then what each of its types suggests; not all of it fits."""
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
    """Among them one that is not in the hints, such as a new id."""
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
    """Of distinct items, since they may have to be."""
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
