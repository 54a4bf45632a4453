"""The public interface of expressions: their attributes, and the values of their references."""

from __future__ import annotations

import pytest

from statewright.errors import EvaluationError, ExpressionError
from statewright.language.cel import (
    Duration,
    Fit,
    Timestamp,
    compile_expression,
    evaluate,
    fits,
    observe,
    to_json,
)
from statewright.language.cel.types import (
    BOOL,
    DYN,
    INT,
    NULL,
    STRING,
    ListOf,
    MapOf,
    Nullable,
    Record,
    RecordField,
)

NAMES = {"data": DYN, "command": DYN}


def test_an_expression_describes_itself() -> None:
    """`names` are the function's parameters in order, `references` the chains that it reads."""
    expression = compile_expression("data.paid+command.amount >= 5", NAMES)
    assert expression.names == ("data", "command")
    assert expression.result == BOOL
    assert expression.references == {("data", "paid"), ("command", "amount")}
    assert expression.canonical == "data.paid + command.amount >= 5"
    assert expression.function({"paid": 2}, {"amount": 3}) is True


def test_expressions_that_mean_the_same_are_equal() -> None:
    """Layout makes no difference, the names in scope do."""
    one, other = compile_expression("data.a+1", NAMES), compile_expression("(data.a) + 1", NAMES)
    assert one == other
    assert hash(one) == hash(other)
    assert one != compile_expression("data.a+1", {"data": DYN})


def test_the_error_holds_source_and_faults() -> None:
    """Callers can report the position of each fault in their own file."""
    with pytest.raises(ExpressionError) as caught:
        compile_expression("data.a + nope", NAMES)
    assert caught.value.source == "data.a + nope"
    assert [fault.offset for fault in caught.value.faults] == [9]


def test_a_missing_value_is_an_evaluation_error() -> None:
    """Every declared name needs a value, even if it is not read."""
    with pytest.raises(EvaluationError, match='no value for the name "command"'):
        evaluate(compile_expression("1", NAMES), {"data": {}})


def test_data_is_read_in_place() -> None:
    """A selection returns the object itself, not a copy."""
    items = [1, 2]
    assert (
        evaluate(compile_expression("data.items", NAMES), {"data": {"items": items}, "command": {}}) is items
    )


def test_observe_gives_the_value_of_each_reference() -> None:
    """Absent values are omitted; the keys are dotted names in sorted order."""
    expression = compile_expression("data.b > data.a.x && has(command.gone)", NAMES)
    seen = observe(expression, {"data": {"a": {"x": None}, "b": 2}, "command": {}})
    assert list(seen.items()) == [("data.a.x", None), ("data.b", 2)]


def test_to_json_writes_times_as_text() -> None:
    """Results can be printed as JSON."""
    value = {"at": Timestamp(1_500_000_000), "after": [Duration(-3_500_000_000)], "n": 1}
    assert to_json(value) == {"at": "1970-01-01T00:00:01.5Z", "after": ["-3.5s"], "n": 1}


RECORD = Record({"a": RecordField(INT), "b": RecordField(STRING, optional=True)})


@pytest.mark.parametrize(
    ("source", "target", "fit"),
    [
        (INT, INT, Fit.ALWAYS),
        (INT, Nullable(INT), Fit.ALWAYS),
        (NULL, Nullable(INT), Fit.ALWAYS),
        (Nullable(INT), INT, Fit.NEVER),
        (DYN, INT, Fit.CHECKED),
        (INT, DYN, Fit.ALWAYS),
        (ListOf(DYN), ListOf(INT), Fit.CHECKED),
        (ListOf(STRING), ListOf(INT), Fit.NEVER),
        (RECORD, RECORD, Fit.ALWAYS),
        (Record({"a": RecordField(INT)}), RECORD, Fit.ALWAYS),
        (Record({"b": RecordField(STRING)}), RECORD, Fit.NEVER),
        (Record({"a": RecordField(INT, optional=True)}), RECORD, Fit.NEVER),
        (Record({"a": RecordField(INT), "c": RecordField(INT)}), RECORD, Fit.NEVER),
        (MapOf(STRING, DYN), RECORD, Fit.CHECKED),
        (MapOf(STRING, INT), RECORD, Fit.NEVER),
        (Record({"a": RecordField(INT)}), MapOf(STRING, INT), Fit.ALWAYS),
        (RECORD, MapOf(STRING, INT), Fit.NEVER),
    ],
)
def test_fits(source: object, target: object, fit: Fit) -> None:
    """NEVER and ALWAYS are certain, CHECKED depends on the value."""
    assert fits(source, target) is fit  # type: ignore[arg-type]
