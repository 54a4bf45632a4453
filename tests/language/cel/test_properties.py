"""Properties of all expressions, texts and values."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statewright.errors import EvaluationError, ExpressionError, ExpressionFault
from statewright.language.cel import compile_expression, evaluate
from statewright.language.cel.compiler import compile_tree
from statewright.language.cel.parser import parse
from statewright.language.cel.printer import canonical
from statewright.language.cel.types import BOOL, DYN, INT, STRING, Record, RecordField, Type
from tests.language.cel.random_expressions import TYPES, Grammar

pytestmark = pytest.mark.slow

NAMES: dict[str, Type] = {
    "data": Record({"paid": RecordField(INT), "note": RecordField(STRING, optional=True)}),
    "y": DYN,
}
INT64 = st.integers(-(2**63), 2**63 - 1)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abk"), inner, max_size=3),
    max_leaves=8,
)
PIECES = st.sampled_from(
    [
        *(
            "data",
            "y",
            ".",
            "paid",
            "note",
            "x",
            "null",
            "true",
            "in",
            "1",
            "2.5",
            "0x1F",
            "-9223372036854775808",
        ),
        *("(", ")", "[", "]", "{", "}", ",", ":", "?", "+", "-", "*", "/", "%", "!", "==", "<", "&&", "||"),
        *(
            "has(",
            ".all(",
            ".map(",
            "size(",
            "timestamp(",
            ".getHours(",
            "dyn(",
            "1u",
            'b""',
            "r''",
            '"s"',
            "'t'",
        ),
        *("`", "\\", "\n", "//", "🐱", "\0"),
    ]
)


@given(st.text() | st.lists(PIECES, max_size=25).map(" ".join) | st.lists(PIECES, max_size=12).map("".join))
@settings(max_examples=600)
def test_compiling_any_text_raises_only_expression_errors(source: str) -> None:
    """Any text compiles to an expression or is reported with positions inside the text."""
    faults: tuple[ExpressionFault, ...] = ()
    try:
        assert parse(compile_expression(source, NAMES).canonical) == parse(source)
    except ExpressionError as error:
        faults = error.faults or (ExpressionFault(-1, "an error without a fault", "syntax"),)
    assert all(0 <= fault.offset <= len(source) and fault.message for fault in faults)


@given(st.integers(0, 2**32), JSON)
@settings(max_examples=300)
def test_evaluating_any_values_raises_only_evaluation_errors(seed: int, y: object) -> None:
    """Without declared types, any JSON value may be passed for any name."""
    tree = parse(Grammar(Random(seed)).text(BOOL, 4))
    function = compile_tree(tree, tuple(TYPES), {}, required={tree.offset: BOOL})
    try:
        value = function(*[y] * len(TYPES))
    except EvaluationError:
        return
    assert type(value) is bool


@given(st.integers(0, 2**32))
@settings(max_examples=300)
def test_canonical_text_reads_back_as_the_same_tree(seed: int) -> None:
    """Printing loses nothing, and printing again changes nothing."""
    tree = parse(Grammar(Random(seed)).text(BOOL, 5))
    text = canonical(tree)
    assert parse(text) == tree
    assert canonical(parse(text)) == text


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=50))
def test_every_string_survives_as_a_literal(text: str) -> None:
    """Quotes, control characters and emoji are escaped as needed."""
    escaped = "".join(f"\\U{ord(character):08x}" for character in text)
    tree = parse(f"'{escaped}'")
    assert parse(canonical(tree)) == tree
    assert evaluate(compile_expression(canonical(tree), {}), {}) == text


@given(INT64, INT64, st.sampled_from("+-*/%"), st.sampled_from([INT, DYN]))
@settings(max_examples=400)
def test_integer_arithmetic_is_exact_or_fails(left: int, right: int, operator: str, type_: Type) -> None:
    """A result is exact, truncated towards zero, or an error if it does not fit in 64 bits."""
    expression = compile_expression(f"a {operator} b", {"a": type_, "b": type_})
    exact = _exact(left, right, operator)
    try:
        assert evaluate(expression, {"a": left, "b": right}) == exact
    except EvaluationError:
        assert exact is None


@given(JSON, JSON)
def test_equality_is_symmetric(left: object, right: object) -> None:
    """`a == b` and `b == a` agree, and `!=` is the opposite."""
    expression = compile_expression("[a == b, b == a, !(a != b)]", {"a": DYN, "b": DYN})
    assert evaluate(expression, {"a": left, "b": right}) in ([True] * 3, [False] * 3)


def _exact(left: int, right: int, operator: str) -> int | None:
    if operator in "/%" and right == 0:
        return None
    quotient = 0 if right == 0 else abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
    if operator in "/%" and not -(2**63) <= quotient < 2**63:
        return None
    exact = {
        "+": left + right,
        "-": left - right,
        "*": left * right,
        "/": quotient,
        "%": left - right * quotient,
    }[operator]
    return exact if -(2**63) <= exact < 2**63 else None
