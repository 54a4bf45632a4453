"""Decides whether two schemas certainly have no value in common. Pure."""

from __future__ import annotations

from typing import Any

from statewright.analysis.schemas import Schema, conforms, integer_bounds, may_be_null, size_bounds, types_of
from statewright.analysis.values import finite_domain

_SIZED = {("string",), ("array",)}


def are_disjoint(one: Schema, other: Schema) -> bool:
    """True if listed values, integer bounds or sizes of strings and lists show that no value fits both."""
    if may_be_null(one) and may_be_null(other):
        return False
    domain, other_domain = finite_domain(one), finite_domain(other)
    if domain is not None:
        return _allows_none_of(other, domain)
    if other_domain is not None:
        return _allows_none_of(one, other_domain)
    types = _types(one)
    if types != _types(other):
        return False
    if types == ("integer",):
        return _are_apart(integer_bounds(one), integer_bounds(other))
    return types in _SIZED and _are_apart(size_bounds(one), size_bounds(other))


def _allows_none_of(schema: Schema, values: list[Any]) -> bool:
    return bool(values) and not any(conforms(schema, value) for value in values)


def _are_apart(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] > other[1] or other[0] > one[1]


def _types(schema: Schema) -> tuple[str, ...]:
    return tuple(name for name in types_of(schema) if name != "null")
