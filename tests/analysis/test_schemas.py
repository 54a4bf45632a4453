"""Which schemas admit all that others admit, and by which keyword they do not."""

from __future__ import annotations

from typing import Any

import pytest

from statewright.analysis.schemas import losses


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"type": "integer"}, {"type": "number"}),
        ({"type": "string"}, {"type": ["string", "null"]}),
        ({"type": "integer", "minimum": 3}, {"type": "integer", "minimum": 2}),
        ({"type": "integer", "minimum": 1}, {"type": "integer", "exclusiveMinimum": 0}),
        ({"type": "integer", "exclusiveMaximum": 10}, {"type": "integer", "maximum": 9}),
        ({"type": "number", "minimum": 1}, {"type": "number", "exclusiveMinimum": 0.5}),
        ({"enum": ["a"]}, {"enum": ["a", "b"]}),
        ({"const": "a"}, {"enum": ["a", "b"]}),
        ({"multipleOf": 6}, {"multipleOf": 3}),
        ({"type": "array", "items": {"type": "integer"}}, {"type": "array", "items": {"type": "number"}}),
        ({"properties": {}, "additionalProperties": False}, {"properties": {"a": {"type": "string"}}}),
    ],
)
def test_a_wider_schema_loses_nothing(old: dict[str, Any], new: dict[str, Any]) -> None:
    """And nothing loses anything to itself."""
    assert list(losses(old, new)) == list(losses(old, old)) == []


@pytest.mark.parametrize(
    ("old", "new", "keyword"),
    [
        ({"type": "number"}, {"type": "integer"}, "type"),
        ({}, {"type": "string"}, "type"),
        ({"type": "integer"}, {"type": "integer", "maximum": 9}, "maximum"),
        ({"type": "number", "minimum": 1}, {"type": "number", "exclusiveMinimum": 1}, "exclusiveMinimum"),
        ({"type": "integer", "exclusiveMinimum": 0}, {"type": "integer", "minimum": 2}, "minimum"),
        ({"minLength": 1}, {"minLength": 2}, "minLength"),
        ({"enum": ["a", "b"]}, {"enum": ["a"]}, "enum"),
        ({"enum": ["a", "b"]}, {"const": "a"}, "const"),
        ({"multipleOf": 3}, {"multipleOf": 6}, "multipleOf"),
        ({"pattern": "a+"}, {"pattern": "a"}, "pattern"),
        ({}, {"uniqueItems": True}, "uniqueItems"),
        ({"items": {"type": "number"}}, {"items": {"type": "integer"}}, "items.type"),
        ({"properties": {"a": {}}}, {"properties": {"a": {}}, "required": ["a"]}, "a"),
        ({}, {"additionalProperties": False}, "additionalProperties"),
    ],
)
def test_a_narrower_schema_says_by_what(old: dict[str, Any], new: dict[str, Any], keyword: str) -> None:
    """With the path of a nested keyword before it."""
    assert list(losses(old, new)) == [keyword]
