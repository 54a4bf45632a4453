"""Whether one schema admits all that another admits, told from their text alone, and what it lost if not.

Works on canonical schemas. Where it cannot be sure it says no: the search for a witness has the last word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from statewright.canonical import canonical_json

_LEAST = ("minLength", "minItems")
_MOST = ("maxLength", "maxItems")
_LOWER: tuple[int, str, str] = (1, "minimum", "exclusiveMinimum")
_UPPER: tuple[int, str, str] = (-1, "maximum", "exclusiveMaximum")
_BOUNDS = (*_LOWER[1:], *_UPPER[1:])
_OTHERS = ("type", "enum", "const", "multipleOf", "pattern", "uniqueItems", "items", "properties", "required")
_JUDGING = frozenset({*_LEAST, *_MOST, *_BOUNDS, *_OTHERS, "additionalProperties"})
_ANY = ("array", "boolean", "integer", "null", "number", "object", "string")


def losses(old: Mapping[str, Any], new: Mapping[str, Any], *, at: str = "") -> Iterator[str]:
    """The keywords, with a path before nested ones, by which `new` may refuse what `old` admitted."""
    admitted, types = _types(old), _types(new)
    if not admitted <= types:
        yield f"{at}type"
    choices = _choices(old)
    if (allowed := _choices(new)) is not None:
        if choices is None or not {*map(canonical_json, choices)} <= {*map(canonical_json, allowed)}:
            yield f"{at}{'enum' if 'enum' in new else 'const'}"
        elif choices is not None:
            return  # single values: no bound can take another one away unless the text names it too
    yield from (f"{at}{key}" for key in _BOUNDS if key in new and not _is_bounded(old, key, new[key]))
    yield from (f"{at}{key}" for key in _LEAST if key in new and not (key in old and old[key] >= new[key]))
    yield from (f"{at}{key}" for key in _MOST if key in new and not (key in old and old[key] <= new[key]))
    if "multipleOf" in new and ("multipleOf" not in old or old["multipleOf"] % new["multipleOf"]):
        yield f"{at}multipleOf"
    if "pattern" in new and old.get("pattern") != new["pattern"]:
        yield f"{at}pattern"
    if new.get("uniqueItems") and not old.get("uniqueItems"):
        yield f"{at}uniqueItems"
    yield from _nested(old, new, at)


def _is_bounded(schema: Mapping[str, Any], key: str, bound: float) -> bool:
    """Whether all that the schema admits keeps a bound of this keyword; integers are bounded either way."""
    sign, closed, open = _LOWER if key in _LOWER else _UPPER
    whole = schema.get("type") == "integer"
    wanted = _edge(sign * bound, key == open, whole)
    edges = (_edge(sign * schema[name], name == open, whole) for name in (closed, open) if name in schema)
    return any(edge >= wanted for edge in edges)


def _edge(bound: float, is_open: bool, whole: bool) -> tuple[float, bool]:
    """The greater, the fewer values are beyond it; the next integer is as good as an open bound of them."""
    return (bound + 1, False) if whole and is_open else (bound, is_open)


def _types(schema: Mapping[str, Any]) -> set[str]:
    written = schema.get("type", _ANY)
    types = {written} if isinstance(written, str) else set(written)
    return types | {"integer"} if "number" in types else types


def _choices(schema: Mapping[str, Any]) -> list[Any] | None:
    return [schema["const"]] if "const" in schema else schema.get("enum")


def _nested(old: Mapping[str, Any], new: Mapping[str, Any], at: str) -> Iterator[str]:
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


def essence(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema without what is only said about it; choices and types have no order."""
    kept = {key: value for key, value in schema.items() if key in _JUDGING}
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
