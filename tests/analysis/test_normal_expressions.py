"""Only expressions that certainly have the same meaning have the same normal form."""

from __future__ import annotations

import pytest

from statewright.analysis.normal_expressions import normal_text
from statewright.language.cel.parser import parse
from statewright.language.cel.types import BOOL, DOUBLE, DYN, INT, STRING, ListOf, Record, RecordField, Type

NAMES: dict[str, Type] = {
    "data": Record(
        {
            "n": RecordField(INT),
            "m": RecordField(INT),
            "x": RecordField(DOUBLE),
            "s": RecordField(STRING),
            "on": RecordField(BOOL),
            "names": RecordField(ListOf(STRING)),
        }
    ),
    "open": DYN,
}


def form(source: str) -> str:
    return normal_text(parse(source), NAMES)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("data.n + data.m", "data.m + data.n"),
        ("data.x + 1.0", "1.0 + data.x"),
        ("data.n - 1", "-1 + data.n"),
        ("open.a * 2", "2 * open.a"),
        ("data.n > 2", "!(data.n < 3)"),
        ("data.n >= data.m", "!(data.n < data.m)"),
        ("data.on && data.n > 1", "1 < data.n && data.on"),
        ("!(data.on || data.n == 1)", "data.n != 1 && !data.on"),
        ("data.s in ['a', 'b']", "'b' == data.s || data.s == 'a'"),
        ("data.s != 'a' && data.s != 'b'", "!(data.s in ['b', 'a'])"),
        ("data.on ? 1 : 2", "!data.on ? 2 : 1"),
        ("data.on ? true : false", "data.on == true"),
        ("data.names.exists(x, x == 'a')", "!data.names.all(y, y != 'a')"),
        ("data.names.exists(x, x == 'a')", "'a' in data.names"),
        ("data.names.all(x, 'a' != x)", "!('a' in data.names)"),
        ("data.s + ''", "data.s"),
        ("[] + data.names", "data.names"),
        ("data.s + ('a' + data.s)", "(data.s + 'a') + data.s"),
        ("size(data.s)", "data.s.size()"),
        ("{'a': 1, 'b': 2}", "{'b': 2, 'a': 1}"),
        ("60 * 60", "3600"),
    ],
)
def test_equivalent_expressions_have_the_same_form(one: str, other: str) -> None:
    """They have the same value, or both fail."""
    assert form(one) == form(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("data.s + 'a'", "'a' + data.s"),
        ("open.a + open.b", "open.b + open.a"),  # might be strings
        ("!(data.x < 1.0)", "data.x >= 1.0"),  # both comparisons are false for NaN
        ("data.n + data.m + 1", "data.n + (data.m + 1)"),  # only one of them may overflow
        ("data.n - data.m", "data.m - data.n"),
        ("data.n / 2", "2 / data.n"),
        ("data.n < data.m", "data.n <= data.m"),
        ("1", "1.0"),
        ("1", "true"),
        ("'1'", "1"),
        ("data.names.exists(x, x == data.s)", "data.s in data.names"),  # an empty list never reads data.s
        ("open.a + ''", "open.a"),  # might not be a string
        ("open.a && true", "open.a"),  # might not be a boolean
    ],
)
def test_expressions_that_can_differ_have_different_forms(one: str, other: str) -> None:
    """They differ in their value or in their errors."""
    assert form(one) != form(other)
