"""Validates the structure of values, that is their types and parts, and normalises numbers.

Expects canonical schemas from `statewright.language.schema.reader`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from statewright.language.schema.patterns import TEXT_LENGTH_MAX
from statewright.language.schema.unchanged import NOTHING, changed_items, part_of
from statewright.language.schema.violations import UNDECLARED, PayloadError, Violation, unknown_field
from statewright.language.source.text import DEPTH_MAX, DocumentPath
from statewright.language.wording import kind
from statewright.strict_json import INTEGER_MAX, RoundedDouble, whole

UNIQUE_ITEMS_MAX = 1_000
EXACT_DOUBLE_MAX = 2**53  # beyond this, doubles cannot represent every integer

_KINDS = {
    "integer": "an integer",
    "number": "a number",
    "string": "a string",
    "boolean": "a boolean",
    "array": "a list",
    "object": "a mapping",
    "null": "null",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """The structure that a schema requires.

    `types`: empty for any type. `extra`: the shape of undeclared properties, unless `closed` forbids them.
    `matched`: strings are matched against a pattern. `unique`: items are compared with each other.
    """

    types: tuple[str, ...] = ()
    items: Shape | None = None
    properties: Mapping[str, Shape] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    extra: Shape | None = None
    closed: bool = False
    matched: bool = False
    unique: bool = False


ANYTHING = Shape()


def shape_of(schema: Mapping[str, Any]) -> Shape:
    """Return the shape of a canonical schema."""
    types = schema.get("type", ())
    extra = schema.get("additionalProperties", True)
    return Shape(
        types=(types,) if isinstance(types, str) else tuple(types),
        items=shape_of(schema["items"]) if "items" in schema else None,
        properties={name: shape_of(part) for name, part in schema.get("properties", {}).items()},
        required=tuple(schema.get("required", ())),
        extra=None if isinstance(extra, bool) else shape_of(extra),
        closed=extra is False,
        matched="pattern" in schema,
        unique=bool(schema.get("uniqueItems")),
    )


def normalise(shape: Shape, value: Any, path: DocumentPath = (), checked: Any = NOTHING) -> Any:
    """Return the value with numbers in their declared types. Raises PayloadError if the structure differs.

    `checked`: as for `ValueRule.conform`.
    """
    if value is checked:
        return value
    match value:
        case bool():
            return _of_type("boolean", shape, value, path)
        case int() | float():
            return _number(shape, value, path)
        case str():
            if shape.matched and len(value) > TEXT_LENGTH_MAX:
                raise PayloadError(path, Violation.LIMIT, f"is longer than {TEXT_LENGTH_MAX:,} characters")
            return _of_type("string", shape, value, path)
        case None:
            return _of_type("null", shape, value, path)
        case list() | tuple():
            return _list(shape, list(value), path, checked)
        case dict() | Mapping():
            return _mapping(shape, value, path, checked)
        case _:
            raise PayloadError(path, Violation.TYPE, "is not a JSON value")


def _of_type(name: str, shape: Shape, value: Any, path: DocumentPath) -> Any:
    if shape.types and name not in shape.types:
        expected = " or ".join(_KINDS[allowed] for allowed in shape.types)
        raise PayloadError(path, Violation.TYPE, f"must be {expected}, not {kind(value)}")
    return value


def _number(shape: Shape, value: float, path: DocumentPath) -> int | float:
    """Convert an int or a float to the declared type. If both or neither are declared, keep its type."""
    if isinstance(value, float) and not math.isfinite(value):
        raise PayloadError(path, Violation.TYPE, "must be a finite number")
    integers, doubles = "integer" in shape.types, "number" in shape.types
    if doubles and not integers:
        return _double(value, path)
    if integers and not doubles:
        value = _integer(value, path)
    elif isinstance(value, RoundedDouble) and not value.keeps_digits and value.exact is not None:
        value = value.exact
    if isinstance(value, int) and whole(value) is None:
        raise PayloadError(path, Violation.LIMIT, "must fit in 64 bits")
    if not doubles:
        _of_type("integer" if isinstance(value, int) else "number", shape, value, path)
    return value if isinstance(value, int) else value + 0.0  # -0.0 becomes 0.0


def _integer(value: float, path: DocumentPath) -> int | float:
    """The integer that `value` denotes, or `value` itself if it has a fraction."""
    integer = whole(value)
    if integer is None and abs(value) >= INTEGER_MAX:
        raise PayloadError(path, Violation.LIMIT, "must fit in 64 bits")
    return value if integer is None else integer


def _double(value: float, path: DocumentPath) -> float:
    if isinstance(value, int) and abs(value) > EXACT_DOUBLE_MAX:
        raise PayloadError(path, Violation.LIMIT, "must be between -2^53 and 2^53 to be exact as a number")
    return float(value) + 0.0


def _list(shape: Shape, value: list[Any], path: DocumentPath, checked: Any) -> list[Any]:
    _of_type("array", shape, value, path)
    _check_depth(path)
    if shape.unique and len(value) > UNIQUE_ITEMS_MAX:
        raise PayloadError(
            path,
            Violation.LIMIT,
            f"must have at most {UNIQUE_ITEMS_MAX:,} items to be compared with each other",
        )
    items = shape.items or ANYTHING
    for index, item, before in changed_items(value, checked):
        value[index] = normalise(items, item, (*path, index), before)
    return value


def _mapping(shape: Shape, value: Mapping[str, Any], path: DocumentPath, checked: Any) -> dict[str, Any]:
    _of_type("object", shape, {}, path)
    _check_depth(path)
    for name in shape.required:
        if name not in value:
            raise PayloadError((*path, name), Violation.MISSING, "is missing")
    normal = {}
    for name, part in value.items():
        if not isinstance(name, str):
            raise PayloadError(path, Violation.TYPE, "has a key that is not a string")
        expected = shape.properties.get(name, shape.extra or ANYTHING)
        if shape.closed and name not in shape.properties:
            raise PayloadError(path, Violation.UNKNOWN_FIELD, unknown_field(name, list(shape.properties)))
        place = (*path, name if name in shape.properties else UNDECLARED)
        normal[name] = normalise(expected, part, place, part_of(checked, name))
    return normal


def _check_depth(path: DocumentPath) -> None:
    if len(path) >= DEPTH_MAX:
        raise PayloadError((), Violation.LIMIT, f"is nested deeper than {DEPTH_MAX} levels")
