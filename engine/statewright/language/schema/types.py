"""Derives expression types from field schemas. Schemas with an open structure get a dynamic type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from statewright.diagnostics import hint
from statewright.language.cel.types import (
    BOOL,
    DOUBLE,
    DYN,
    INT,
    NULL,
    STRING,
    ListOf,
    MapOf,
    Nullable,
    Record,
    RecordField,
    Scalar,
    Type,
)

Schema = Mapping[str, Any]

TYPE_NAMES = ("array", "boolean", "integer", "number", "object", "string", "null")

_SCALARS = {"integer": INT, "number": DOUBLE, "string": STRING, "boolean": BOOL, "null": NULL}


def type_of(schema: Schema) -> Type:
    """Return the expression type of a canonical schema with references inlined."""
    declared = schema.get("type")
    match declared:
        case str():
            return _type_named(declared, schema)
        case [name, "null"]:
            inner = _type_named(name, schema)
            return _open(name, "null") if inner == DYN else Nullable(inner)
        case _:
            return _open(*declared or ())


def _type_named(name: str, schema: Schema) -> Type:
    match name:
        case "array" if "items" in schema:
            return ListOf(type_of(schema["items"]))
        case "array":
            return _open("array")
        case "object":
            return _type_of_object(schema)
        case _:
            return _SCALARS[name]


def _type_of_object(schema: Schema) -> Type:
    """A closed object is a record; an open one with a single value schema is a map; others are dynamic."""
    extra = schema.get("additionalProperties", True)
    properties = schema.get("properties", {})
    if extra is False:
        required = schema.get("required", ())
        return Record(
            {name: RecordField(type_of(part), name not in required) for name, part in properties.items()}
        )
    if isinstance(extra, Mapping) and not properties:
        return MapOf(STRING, type_of(extra))
    return _open("object")


def _open(*names: str) -> Type:
    """A dyn whose values have the given schema types."""
    return Scalar(DYN.name, names)


def misfit(schema: Schema, type_: Type) -> str | None:
    """Explain why values of the type do not fit the schema, or fit only by chance; None if they may fit.

    Also considers schemas for which `type_of` returns dyn.
    """
    match type_:
        case Nullable():
            return misfit(schema, NULL) or misfit(schema, type_.inner)
        case ListOf():
            return _unexpected("array", schema, type_) or misfit(schema.get("items", {}), type_.item)
        case MapOf():
            return _unexpected("object", schema, type_) or _misfit_of_map(schema, type_)
        case Record():
            return _unexpected("object", schema, type_) or _misfit_of_record(schema, type_)
        case Scalar("dyn", schema_types):
            return None if not schema_types else _disjoint(schema_types, schema)
        case Scalar("timestamp" | "duration"):
            return f"a {type_} is stored as text; write string(…)"
        case _:
            name = next(name for name, scalar in _SCALARS.items() if scalar == type_)
            return _unexpected(name, schema, type_)


def _unexpected(name: str, schema: Schema, type_: Type) -> str | None:
    allowed = _declared(schema)
    if name in allowed or (name == "integer" and "number" in allowed):
        return None
    return f"expected {' or '.join(allowed)}, found {type_}"


def _disjoint(given: Sequence[str], schema: Schema) -> str | None:
    """As `misfit`, only for types that can never fit, because conditions do not narrow open types."""
    allowed = _declared(schema)
    if set(given) & set(allowed) or ("integer" in given and "number" in allowed):
        return None
    return f"expected {' or '.join(allowed)}, found {' or '.join(given)}"


def _declared(schema: Schema) -> Sequence[str]:
    declared = schema.get("type", TYPE_NAMES)
    return (declared,) if isinstance(declared, str) else declared


def _misfit_of_map(schema: Schema, map_: MapOf) -> str | None:
    if map_.key not in (STRING, DYN):
        return f"an object key must be string, not {map_.key}"
    extra = schema.get("additionalProperties", {})
    return misfit(extra if isinstance(extra, Mapping) else {}, map_.value)


def _misfit_of_record(schema: Schema, record: Record) -> str | None:
    properties, extra = schema.get("properties", {}), schema.get("additionalProperties", True)
    for name in schema.get("required", ()):
        if name not in record.fields:
            return f'missing key "{name}"'
        if record.fields[name].optional:
            return f'key "{name}" may be absent'
    for name, field in record.fields.items():
        if extra is False and name not in properties:
            return f'unknown key "{name}"{hint(name, list(properties))}'
        problem = misfit(properties.get(name, extra if isinstance(extra, Mapping) else {}), field.type)
        if problem is not None:
            return f'"{name}": {problem}'
    return None
