"""Questions about canonical schemas: their types and bounds, the values that they allow, and how two differ.

Only the text of the schemas is used. If `losses` cannot be sure, it reports a loss.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from statewright.canonical import canonical_json
from statewright.language.schema.payloads import PayloadError
from statewright.language.schema.structure import EXACT_DOUBLE_MAX
from statewright.language.schema.values import compile_rule
from statewright.strict_json import INTEGER_MAX, INTEGER_MIN

Schema = Mapping[str, Any]

_LEAST = ("minLength", "minItems")
_MOST = ("maxLength", "maxItems")
_LOWER: tuple[int, str, str] = (1, "minimum", "exclusiveMinimum")
_UPPER: tuple[int, str, str] = (-1, "maximum", "exclusiveMaximum")
NUMBER_BOUNDS = (*_LOWER[1:], *_UPPER[1:])
_OTHERS = ("type", "enum", "const", "multipleOf", "pattern", "uniqueItems", "items", "properties", "required")
_JUDGING = frozenset({*_LEAST, *_MOST, *NUMBER_BOUNDS, *_OTHERS, "additionalProperties"})
_ANY = ("array", "boolean", "integer", "null", "number", "object", "string")


def types_of(schema: Schema) -> tuple[str, ...]:
    """The names under `type`; empty if the schema has no type."""
    declared = schema.get("type", ())
    return (declared,) if isinstance(declared, str) else tuple(declared)


def may_be_null(schema: Schema) -> bool:
    return "null" in types_of(schema)


def listed_values(schema: Schema) -> list[Any] | None:
    """The values of `const` or `enum`; None if the schema has neither."""
    return [schema["const"]] if "const" in schema else schema.get("enum")


def integer_bounds(schema: Schema) -> tuple[int, int]:
    """The smallest and the largest integer that the schema allows."""
    lowest = [INTEGER_MIN, math.ceil(schema.get("minimum", INTEGER_MIN))]
    highest = [INTEGER_MAX, math.floor(schema.get("maximum", INTEGER_MAX))]
    if "exclusiveMinimum" in schema:
        lowest.append(math.floor(schema["exclusiveMinimum"]) + 1)
    if "exclusiveMaximum" in schema:
        highest.append(math.ceil(schema["exclusiveMaximum"]) - 1)
    return max(lowest), min(highest)


def size_bounds(schema: Schema) -> tuple[int, int]:
    """The smallest and the largest size of a string or a list."""
    return (
        max(schema.get("minLength", 0), schema.get("minItems", 0)),
        min(schema.get("maxLength", INTEGER_MAX), schema.get("maxItems", INTEGER_MAX)),
    )


def has_size(schema: Schema, size: int) -> bool:
    """Whether a string or list of this size certainly matches, judged by its bounds alone."""
    if schema.keys() & {"enum", "const", "pattern", "uniqueItems"} or "object" in types_of(schema):
        return False
    lowest, highest = size_bounds(schema)
    return lowest <= size <= highest


def conforms(schema: Schema, value: object) -> bool:
    """Whether the schema allows the value."""
    return any(True for _ in conforming(schema, [value]))


def conforming(schema: Schema, values: Iterable[object]) -> Iterator[Any]:
    """The values that the schema allows, normalised to their declared form."""
    rule = compile_rule(schema)
    for value in values:
        try:
            yield rule.conform(value)
        except PayloadError:
            continue


def losses(old: Schema, new: Schema, *, at: str = "") -> Iterator[str]:
    """The keywords by which `new` may reject a value that `old` allowed; nested ones have a path."""
    admitted, allowed = listed_values(old), listed_values(new)
    if admitted is not None and "type" not in old and all(conforms(new, value) for value in admitted):
        return
    if not _types(old) <= _types(new) or _is_inexact(old, new):
        yield f"{at}type"
    if allowed is not None:
        if admitted is None or not {*map(canonical_json, admitted)} <= {*map(canonical_json, allowed)}:
            yield f"{at}{'enum' if 'enum' in new else 'const'}"
        else:
            return  # only listed values remain, and `enum` already covers them
    yield from (f"{at}{key}" for key in NUMBER_BOUNDS if key in new and not _is_bounded(old, key, new[key]))
    yield from (f"{at}{key}" for key in _LEAST if old.get(key, 0) < new.get(key, 0))
    yield from (f"{at}{key}" for key in _MOST if key in new and not (key in old and old[key] <= new[key]))
    if "multipleOf" in new and ("multipleOf" not in old or old["multipleOf"] % new["multipleOf"]):
        yield f"{at}multipleOf"
    if "pattern" in new and old.get("pattern") != new["pattern"]:
        yield f"{at}pattern"
    if new.get("uniqueItems") and not old.get("uniqueItems"):
        yield f"{at}uniqueItems"
    yield from _nested(old, new, at)


def essence(schema: Schema) -> dict[str, Any]:
    """The schema without annotations and redundant keywords; types and choices are sorted."""
    types = types_of(schema)
    kept = {
        key: value
        for key, value in schema.items()
        if key in _JUDGING and not _is_redundant(key, value, types)
    }
    if "enum" in kept:
        kept["enum"] = sorted(kept["enum"], key=canonical_json)
    if isinstance(kept.get("type"), list | tuple):
        kept["type"] = sorted(kept["type"])
    for key in ("items", "additionalProperties"):
        if isinstance(kept.get(key), Mapping):
            kept[key] = essence(kept[key])
    if "properties" in kept:
        kept["properties"] = {name: essence(part) for name, part in kept["properties"].items()}
    return kept


def _is_redundant(key: str, value: Any, types: tuple[str, ...]) -> bool:
    match key:
        case "minLength" | "minItems":
            return bool(value == 0)
        case "uniqueItems":
            return value is False
        case "minimum" | "maximum":
            is_integer = "integer" in types and "number" not in types
            return is_integer and bool(value == (INTEGER_MIN if key == "minimum" else INTEGER_MAX))
        case "additionalProperties":
            return value is True or value == {}
        case "required" | "properties" | "items":
            return not value
        case _:
            return False


def _is_inexact(old: Schema, new: Schema) -> bool:
    """Whether integers become doubles, and some of them cannot be represented exactly."""
    before, after = types_of(old) or _ANY, types_of(new) or _ANY
    if "integer" not in before or "integer" in after or listed_values(old) is not None:
        return False
    lowest, highest = integer_bounds(old)
    return lowest < -EXACT_DOUBLE_MAX or highest > EXACT_DOUBLE_MAX


def _is_bounded(schema: Schema, key: str, bound: float) -> bool:
    """Whether all values of the schema satisfy the bound. For integers, open and closed bounds compare."""
    sign, closed, open = _LOWER if key in _LOWER else _UPPER
    whole = schema.get("type") == "integer"
    wanted = _edge(sign * bound, key == open, whole)
    edges = (_edge(sign * schema[name], name == open, whole) for name in (closed, open) if name in schema)
    return any(edge >= wanted for edge in edges)


def _edge(bound: float, is_open: bool, whole: bool) -> tuple[float, bool]:
    """A sort key: a greater edge excludes more values. An open integer bound equals the next closed one."""
    return (bound + 1, False) if whole and is_open else (bound, is_open)


def _types(schema: Schema) -> set[str]:
    types = set(types_of(schema) or _ANY)
    return types | {"integer"} if "number" in types else types


def _nested(old: Schema, new: Schema, at: str) -> Iterator[str]:
    if "items" in new:
        yield from losses(old.get("items", {}), new["items"], at=f"{at}items.")
    before, after = old.get("properties", {}), new.get("properties", {})
    extra_before, extra = old.get("additionalProperties", True), new.get("additionalProperties", True)
    for name, part in before.items():
        if name in after:
            yield from losses(part, after[name], at=f"{at}{name}.")
        elif extra is not True:
            yield f"{at}{name}"
    if extra is not True and extra_before is not False:
        same = isinstance(extra, Mapping) and isinstance(extra_before, Mapping)
        yield from losses(extra_before, extra, at=f"{at}*.") if same else [f"{at}additionalProperties"]
    if extra_before is not False:
        yield from (f"{at}{name}" for name in after if name not in before)
    required = set(new.get("required", ())) - set(old.get("required", ()))
    yield from (f"{at}{name}" for name in sorted(required))
