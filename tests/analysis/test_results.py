"""Possible results of an expression, derived from its text and the schemas of its fields."""

from __future__ import annotations

import pytest

from statewright.analysis.results import Known, results
from statewright.language.cel import compile_expression
from statewright.language.cel.types import DYN

KNOWN = Known(
    {
        ("event", "small"): ({"type": "integer", "minimum": 0, "maximum": 50},),
        ("event", "any"): ({"type": "integer"},),
        ("event", "name"): ({"type": "string", "maxLength": 9},),
        ("event", "positive"): ({"type": "integer", "exclusiveMinimum": 0, "maximum": 9},),
    },
    {("event", "tip"): ({"type": "integer", "minimum": 0, "maximum": 5},)},
)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("7", [{"const": 7}]),
        ("event.name", [{"type": "string", "maxLength": 9}]),
        ("event.small * 100 - 1", [{"type": "integer", "minimum": -1, "maximum": 4999}]),
        ("9 / event.positive", [{"type": "integer", "minimum": -9, "maximum": 9}]),
        ("event.small / 7", [{"type": "integer", "minimum": -50, "maximum": 50}]),
        ("event.any > 3 ? event.small : 0", [{"type": "integer", "minimum": 0, "maximum": 50}, {"const": 0}]),
        (
            "has(event.tip) ? event.tip : 0",
            [{"type": "integer", "minimum": 0, "maximum": 5}, {"const": 0}],
        ),
        ("string(event.any)", [{"type": "string"}]),
    ],
)
def test_a_simple_expression_has_schemas(source: str, expected: list[object]) -> None:
    """Every result matches one of them."""
    assert list(results(compile_expression(source, {"event": DYN}), KNOWN) or ()) == expected


@pytest.mark.parametrize(
    "source",
    [
        "event.any + 1",
        "1000 / (event.small - 37)",
        "event.tip",
        "event.absent",
        "has(event.absent) ? event.absent : 0",
        "event.name.startsWith('a')",
        "event.small * 9223372036854775807",
    ],
)
def test_an_expression_that_can_fail_or_is_not_analysed_has_no_schemas(source: str) -> None:
    """Such an expression does not count as safe."""
    assert results(compile_expression(source, {"event": DYN}), KNOWN) is None
