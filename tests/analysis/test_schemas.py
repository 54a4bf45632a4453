"""Whether one schema admits every value of another, and which keyword excludes values."""

from __future__ import annotations

from typing import Any

import pytest

from statewright.analysis.schemas import conforms, integer_bounds, losses


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"type": "integer", "minimum": 0, "maximum": 2**53}, {"type": "number"}),
        ({"minLength": 1}, {"minLength": 0}),
        ({}, {"minItems": 0, "uniqueItems": False, "additionalProperties": True}),
        ({"type": "string"}, {"type": ["string", "null"]}),
        ({"type": "integer", "minimum": 3}, {"type": "integer", "minimum": 2}),
        ({"type": "integer", "minimum": 1}, {"type": "integer", "exclusiveMinimum": 0}),
        ({"type": "integer", "exclusiveMaximum": 10}, {"type": "integer", "maximum": 9}),
        ({"type": "number", "minimum": 1}, {"type": "number", "exclusiveMinimum": 0.5}),
        ({"enum": ["a"]}, {"enum": ["a", "b"]}),
        ({"const": "a"}, {"enum": ["a", "b"]}),
        ({"const": 7}, {"type": "integer", "maximum": 9}),
        ({"enum": ["a", "b"]}, {"type": "string", "maxLength": 1}),
        ({"multipleOf": 6}, {"multipleOf": 3}),
        ({"items": {"enum": [1, 2], "type": "integer"}}, {"items": {"type": "number"}}),
        ({"properties": {}, "additionalProperties": False}, {"properties": {"a": {"type": "string"}}}),
    ],
)
def test_a_wider_schema_admits_every_value(old: dict[str, Any], new: dict[str, Any]) -> None:
    """A schema that is compared with itself admits every value, too."""
    assert list(losses(old, new)) == list(losses(old, old)) == []


@pytest.mark.parametrize(
    ("old", "new", "keyword"),
    [
        ({"type": "number"}, {"type": "integer"}, "type"),
        ({}, {"type": "string"}, "type"),
        ({"type": "integer"}, {"type": "number"}, "type"),  # doubles are inexact beyond 2^53
        ({"type": "integer"}, {"type": "integer", "maximum": 9}, "maximum"),
        ({"type": "number", "minimum": 1}, {"type": "number", "exclusiveMinimum": 1}, "exclusiveMinimum"),
        ({"type": "integer", "exclusiveMinimum": 0}, {"type": "integer", "minimum": 2}, "minimum"),
        ({"minLength": 1}, {"minLength": 2}, "minLength"),
        ({"enum": ["a", "b"]}, {"enum": ["a"]}, "enum"),
        ({"enum": ["a", "b"]}, {"const": "a"}, "const"),
        ({"const": 7, "type": "integer"}, {"type": "integer", "maximum": 6}, "maximum"),
        ({"multipleOf": 3}, {"multipleOf": 6}, "multipleOf"),
        ({"pattern": "a+"}, {"pattern": "a"}, "pattern"),
        ({}, {"uniqueItems": True}, "uniqueItems"),
        ({"items": {"type": "number"}}, {"items": {"type": "integer"}}, "items.type"),
        ({"properties": {"a": {}}}, {"properties": {"a": {}}, "required": ["a"]}, "a"),
        ({}, {"additionalProperties": False}, "additionalProperties"),
    ],
)
def test_a_narrower_schema_reports_the_keyword(
    old: dict[str, Any], new: dict[str, Any], keyword: str
) -> None:
    """Nested keywords have a path."""
    assert list(losses(old, new)) == [keyword]


@pytest.mark.parametrize(
    ("schema", "bounds"),
    [
        ({"minimum": 3, "maximum": 9}, (3, 9)),
        ({"exclusiveMinimum": 3, "exclusiveMaximum": 9}, (4, 8)),
        ({"minimum": 2.5, "maximum": 8.5}, (3, 8)),
        ({"minimum": 3, "exclusiveMinimum": 3}, (4, 2**63 - 1)),
    ],
)
def test_bounds_are_the_smallest_and_the_largest_integer(
    schema: dict[str, Any], bounds: tuple[int, int]
) -> None:
    """All keywords are considered, and the bounds fit into 64 bits."""
    assert integer_bounds(schema) == bounds


@pytest.mark.parametrize(("value", "is_admitted"), [(9, True), (9.0, True), (10, False), ("9", False)])
def test_a_value_conforms_if_a_payload_can_contain_it(value: object, is_admitted: bool) -> None:
    """As in the engine, an integer may be written with a fraction of zero."""
    assert conforms({"type": "integer", "maximum": 9}, value) is is_admitted
