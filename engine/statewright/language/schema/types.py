"""From an author's field schema to the type that expressions are checked against.

A schema that leaves the structure open is dynamically typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
    Type,
)

TYPE_NAMES = ("array", "boolean", "integer", "number", "object", "string", "null")

_SCALARS = {"integer": INT, "number": DOUBLE, "string": STRING, "boolean": BOOL, "null": NULL}


def type_of(schema: Mapping[str, Any]) -> Type:
    """`schema`: canonical, references inlined."""
    declared = schema.get("type")
    match declared:
        case str():
            return _type_named(declared, schema)
        case [name, "null"]:
            inner = _type_named(name, schema)
            return DYN if inner == DYN else Nullable(inner)
        case _:
            return DYN


def _type_named(name: str, schema: Mapping[str, Any]) -> Type:
    match name:
        case "array" if "items" in schema:
            return ListOf(type_of(schema["items"]))
        case "array":
            return DYN
        case "object":
            return _type_of_object(schema)
        case _:
            return _SCALARS[name]


def _type_of_object(schema: Mapping[str, Any]) -> Type:
    """Closed: a record. Open with values of one schema and no named ones: a map. Else dynamic."""
    extra = schema.get("additionalProperties", True)
    properties = schema.get("properties", {})
    if extra is False:
        required = schema.get("required", ())
        return Record(
            {name: RecordField(type_of(part), name not in required) for name, part in properties.items()}
        )
    if isinstance(extra, Mapping) and not properties:
        return MapOf(STRING, type_of(extra))
    return DYN
