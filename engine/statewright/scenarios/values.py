"""Values that fit a schema: few, the plainest first, and chosen where behaviour changes.

From the schema itself come its choices, examples and bounds, from the caller hints; each number is tried with
its neighbours. Pure and deterministic.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from statewright.canonical import canonical_json
from statewright.language.schema.payloads import PayloadError
from statewright.language.schema.values import compile_rule
from statewright.scenarios.model import DEFAULT_TIME

VALUES_MAX = 24  # of one field
SIZE_MAX = 1_000  # of a text or a list; what only fits a longer one is not guessed
_BOUNDS = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf")
_FORMATS = {
    "date-time": DEFAULT_TIME,
    "date": "2026-01-01",
    "time": "00:00:00Z",
    "email": "ada@example.com",
    "uri": "https://example.com",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def fitting(schema: Mapping[str, Any], hints: list[Any]) -> list[Any]:
    """Values in the form that the canonical schema declares; none where nobody can guess one."""
    return list(islice(_conforming(schema, hints), VALUES_MAX))


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
        case _:
            return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _conforming(schema: Mapping[str, Any], hints: list[Any]) -> Iterator[Any]:
    rule = compile_rule(schema)
    for value in distinct(_possible(schema, hints)):
        try:
            yield rule.conform(value)
        except PayloadError:
            continue


def _possible(schema: Mapping[str, Any], hints: list[Any]) -> Iterator[Any]:
    """What the schema names first, then what each of its types suggests; not all of it fits."""
    if "const" in schema or "enum" in schema:
        yield from [schema["const"]] if "const" in schema else schema["enum"]
        return
    yield from schema.get("examples", ())
    types = schema.get("type", ())
    for name in (types,) if isinstance(types, str) else types or ("integer", "string", "boolean", "object"):
        yield from _of_type(name, schema, hints)


def _of_type(name: str, schema: Mapping[str, Any], hints: list[Any]) -> Iterator[Any]:
    match name:
        case "integer" | "number":
            bounds = [schema[key] for key in _BOUNDS if key in schema]
            yield from (1, *_near(hints), *_near(bounds), 2, 0)
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


def _texts(schema: Mapping[str, Any], hints: list[Any]) -> Iterator[str]:
    if schema.get("format") in _FORMATS:
        yield _FORMATS[schema["format"]]
    yield "text"
    if schema.get("minLength", 1) <= SIZE_MAX:
        yield "x" * max(schema.get("minLength", 1), 1)
    yield from (hint for hint in hints if isinstance(hint, str))
    yield ""


def _lists(schema: Mapping[str, Any], hints: list[Any]) -> Iterator[list[Any]]:
    """Of distinct items, since they may have to be."""
    items = fitting(schema.get("items", {}), hints)
    size = len(canonical_json(items[:1]))
    for length in sorted({schema.get("minItems", 0), 1, 2}):
        if length <= 2 or length * size <= SIZE_MAX * 10:
            yield (items * length)[:length]
    yield []


def _objects(schema: Mapping[str, Any], hints: list[Any]) -> Iterator[dict[str, Any]]:
    properties = schema.get("properties", {})
    first = {name: next(iter(fitting(part, hints)), None) for name, part in properties.items()}
    yield {name: first.get(name) for name in schema.get("required", ())}
    yield first


def _near(values: Iterable[Any]) -> Iterator[Any]:
    """Numbers with their neighbours; anything else as it is."""
    for value in values:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        yield from (value, value + 1, value - 1) if is_number else (value,)
