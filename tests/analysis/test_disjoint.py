"""Two schemas count as disjoint only if they certainly have no common value."""

from __future__ import annotations

from typing import Any

import pytest

from statewright.analysis.disjoint import are_disjoint

INTEGER = {"type": "integer"}
TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({**TEXT, "enum": ["a"]}, {**TEXT, "enum": ["b"]}),
        ({**TEXT, "enum": ["a"]}, {**TEXT, "minLength": 2}),
        ({**TEXT, "pattern": "^x$"}, {**TEXT, "const": "y"}),
        ({**INTEGER, "minimum": 6}, {**INTEGER, "maximum": 5}),
        ({**INTEGER, "exclusiveMinimum": 5}, {**INTEGER, "maximum": 5}),
        ({"type": "array", "minItems": 3}, {"type": "array", "maxItems": 2}),
        ({"type": ["string", "null"], "minLength": 3}, {**TEXT, "maxLength": 2}),
    ],
)
def test_schemas_without_a_common_value_are_disjoint(one: dict[str, Any], other: dict[str, Any]) -> None:
    """The order of the schemas does not matter."""
    assert are_disjoint(one, other)
    assert are_disjoint(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({**TEXT, "enum": ["a", "b"]}, {**TEXT, "enum": ["b", "c"]}),
        ({**INTEGER, "minimum": 5}, {**INTEGER, "maximum": 5}),
        ({"type": ["string", "null"], "minLength": 3}, {"type": ["string", "null"], "maxLength": 2}),
        ({**TEXT, "pattern": "^a$"}, {**TEXT, "pattern": "^b$"}),  # not decided
        ({"type": ["string", "array"], "minLength": 3}, {"type": ["string", "array"], "maxItems": 2}),
        ({}, {**TEXT, "maxLength": 2}),
    ],
)
def test_schemas_with_a_possible_common_value_are_not_disjoint(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    """The order of the schemas does not matter."""
    assert not are_disjoint(one, other)
    assert not are_disjoint(other, one)
