"""Converts stored values to the declared types: if a field became a number, 5 is read as 5.0.

Never rejects a value. A value that cannot be converted exactly is left as stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from statewright.language.schema.structure import EXACT_DOUBLE_MAX

Reading = Callable[[Any], Any]


def reading_of(schema: Mapping[str, Any]) -> Reading | None:
    """Return the conversion for stored values of a field; None if they need no conversion.

    `schema`: canonical, with references inlined.
    """
    declared = schema.get("type", ())
    types = (declared,) if isinstance(declared, str) else declared
    is_number = "number" in types and "integer" not in types
    extra = schema.get("additionalProperties")
    items, others = (
        reading_of(part) if isinstance(part, Mapping) else None for part in (schema.get("items"), extra)
    )
    properties = schema.get("properties", {})
    named = readings_of(properties)
    if not is_number and not named and items is None and others is None:
        return None

    def read(value: Any) -> Any:
        match value:
            case bool():
                return value
            case int() if is_number:
                return float(value) if abs(value) <= EXACT_DOUBLE_MAX else value
            case list() if items is not None:
                return [items(item) for item in value]
            case dict() if named or others is not None:
                return {
                    name: named[name](part)
                    if name in named
                    else others(part)
                    if others is not None and name not in properties
                    else part
                    for name, part in value.items()
                }
            case _:
                return value

    return read


def readings_of(schemas: Mapping[str, Mapping[str, Any]]) -> dict[str, Reading]:
    """The conversions for the fields whose stored values may need one."""
    readings = ((name, reading_of(schema)) for name, schema in schemas.items())
    return {name: reading for name, reading in readings if reading is not None}
