"""The keywords of field schemas, and the checks for contradictions among them.

Handles one schema object at a time; `statewright.language.schema.reader` handles nested schemas and
references. All keywords have the same meaning in draft-07 and in 2020-12.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from statewright.language.schema.patterns import pattern_problem
from statewright.language.wording import quoted
from statewright.strict_json import RoundedDouble

_NUMBERS = ("integer", "number")
_COUNT = (int,)


@dataclass(frozen=True, slots=True)
class Keyword:
    """The Python types allowed for its value, and the schema types that it applies to."""

    values: tuple[type, ...]
    applies_to: tuple[str, ...] = ()


KEYWORDS: Mapping[str, Keyword] = {
    "minimum": Keyword((int, float), _NUMBERS),
    "maximum": Keyword((int, float), _NUMBERS),
    "exclusiveMinimum": Keyword((int, float), _NUMBERS),
    "exclusiveMaximum": Keyword((int, float), _NUMBERS),
    "multipleOf": Keyword((int, float), _NUMBERS),
    "minLength": Keyword(_COUNT, ("string",)),
    "maxLength": Keyword(_COUNT, ("string",)),
    "pattern": Keyword((str,), ("string",)),
    "format": Keyword((str,), ("string",)),
    "items": Keyword((dict,), ("array",)),
    "minItems": Keyword(_COUNT, ("array",)),
    "maxItems": Keyword(_COUNT, ("array",)),
    "uniqueItems": Keyword((bool,), ("array",)),
    "properties": Keyword((dict,), ("object",)),
    "required": Keyword((list,), ("object",)),
    "additionalProperties": Keyword((bool, dict), ("object",)),
    "type": Keyword((str, list)),
    "enum": Keyword((list,)),
    "const": Keyword((dict, list, str, int, float, bool, type(None))),
    "default": Keyword((dict, list, str, int, float, bool, type(None))),
    "examples": Keyword((list,)),
    "title": Keyword((str,)),
    "description": Keyword((str,)),
}

# Lower bound, upper bound, and whether equal bounds are a contradiction.
_BOUNDS = (
    ("minimum", "maximum", False),
    ("minimum", "exclusiveMaximum", True),
    ("exclusiveMinimum", "maximum", True),
    ("exclusiveMinimum", "exclusiveMaximum", True),
    ("minLength", "maxLength", False),
    ("minItems", "maxItems", False),
)


def well_formed(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the well-formed keywords and all `x-*`, sorted. The shape check reports the others.

    Counts become integers, because JSON Schema accepts 5.0 as an integer.
    """
    counted = {name: _counted(name, value) for name, value in sorted(schema.items())}
    return {name: value for name, value in counted.items() if _is_well_formed(name, value)}


def keyword_problems(schema: Mapping[str, Any], *, published: bool = False) -> Iterator[tuple[str, str]]:
    """Yield keywords and their problems. `schema`: well formed, with known types.

    `published`: also accept patterns that only earlier versions accepted.
    """
    declared = schema.get("type", [])
    types = [declared] if isinstance(declared, str) else declared
    for keyword in schema:
        yield from _type_problem(keyword, types)
        if isinstance(schema[keyword], RoundedDouble) and "number" not in types:
            yield keyword, f"{quoted(schema[keyword])} would be rounded; write an integer without a fraction"
    for lower, upper, strict in _BOUNDS:
        if lower in schema and upper in schema:
            low, high = schema[lower], schema[upper]
            if low > high or (strict and low == high):
                yield lower, f"no value satisfies both `{lower}` {quoted(low)} and `{upper}` {quoted(high)}"
    if "pattern" in schema and (problem := pattern_problem(schema["pattern"], published=published)):
        yield "pattern", problem
    known = schema.get("properties", {})
    if schema.get("additionalProperties", not known) is False:
        for name in schema.get("required", ()):
            if name not in known:
                yield "required", f"{quoted(name)} is required but not declared in `properties`"


def _counted(name: str, value: Any) -> Any:
    is_count = name in KEYWORDS and KEYWORDS[name].values == _COUNT
    return int(value) if is_count and isinstance(value, float) and value.is_integer() else value


def _is_well_formed(name: str, value: Any) -> bool:
    if name.startswith("x-"):
        return True
    python_type = float if isinstance(value, float) else type(value)
    if name not in KEYWORDS or python_type not in KEYWORDS[name].values:
        return False
    match name:
        case "multipleOf":
            return bool(value > 0)
        case "required":
            return all(isinstance(item, str) for item in value)
        case "enum":
            return bool(value)
        case _:
            return True


def _type_problem(keyword: str, types: Sequence[str]) -> Iterator[tuple[str, str]]:
    needed = KEYWORDS[keyword].applies_to if keyword in KEYWORDS else ()
    if needed and not set(needed) & set(types):
        wanted = " or ".join(f'"{name}"' for name in needed)
        has = ", ".join(f'"{name}"' for name in types)
        yield keyword, f"`{keyword}` needs `type` {wanted}" + (f", found {has}" if has else "")
