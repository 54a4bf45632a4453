"""Expressions evaluate to the right value, typed and untyped, or fail with the right error."""

from __future__ import annotations

import math
import threading

import pytest

from statewright.errors import EvaluationError
from statewright.language.cel import Timestamp, compile_expression, evaluate
from statewright.language.cel.types import (
    BOOL,
    DOUBLE,
    DYN,
    INT,
    STRING,
    ListOf,
    MapOf,
    Nullable,
    Record,
    RecordField,
    Type,
)

NAMES: dict[str, Type] = {
    "i": INT,
    "j": INT,
    "d": DOUBLE,
    "s": STRING,
    "n": Nullable(INT),
    "xs": ListOf(INT),
    "m": MapOf(STRING, INT),
    "r": Record({"paid": RecordField(INT), "limit": RecordField(INT, optional=True)}),
}
VALUES: dict[str, object] = {
    "i": 7,
    "j": 0,
    "d": 0.0,
    "s": "aé🐱",
    "n": None,
    "xs": [3, 1, 2],
    "m": {"k": 5},
    "r": {"paid": 2**63 - 1},
}
UNTYPED: dict[str, Type] = dict.fromkeys(NAMES, DYN)
BOTH = pytest.mark.parametrize("names", [NAMES, UNTYPED], ids=["typed", "untyped"])


@BOTH
@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("-7 / 2", -3),
        ("-i % 2", -1),
        ("i / -2", -3),
        ("1.0 / d", math.inf),
        ("-1.0 / d", -math.inf),
        ("size(s)", 3),
        ("s + 'b'", "aé🐱b"),
        ("xs + [i]", [3, 1, 2, 7]),
        ("xs[1]", 1),
        ("2 in xs && !(9 in xs)", True),
        ("m.k + m['k']", 10),
        ("'k' in m && has(m.k) && !has(m.x)", True),
        ("has(r.limit)", False),
        ("n == null ? i : j", 7),
        ("xs.map(x, x > 1, x * 2)", [6, 4]),
        ("xs.filter(x, x > i)", []),
        ("xs.exists_one(x, x == 2)", True),
        ("xs.map(x, xs.map(y, x * y))[0]", [9, 3, 6]),
        ("m.map(key, key)", ["k"]),
        ("{'a': i, 'b': [s]}", {"a": 7, "b": ["aé🐱"]}),
        ("string(1.0) + string(true) + string(-i)", "1true-7"),
        ("int('-12') + int(2.9) + int(timestamp('1970-01-01T00:01:00Z'))", 50),
        ("bool('t') && !bool('FALSE')", True),
        ("timestamp(0).getFullYear()", 1970),
        ("s.contains('é') && s.startsWith('a') && s.endsWith('🐱')", True),
        ("s.matches('^a.*🐱$') && s.matches('[é-ü]') && !s.matches('^é')", True),
    ],
)
def test_value(source: str, value: object, names: dict[str, Type]) -> None:
    """Declared types make an expression faster and do not change its value."""
    result = evaluate(compile_expression(source, names), VALUES)
    assert result == value
    assert type(result) is type(value)


@BOTH
@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("r.paid + 1", "integer overflow"),
        ("-(r.paid * -1 - 1)", "integer overflow"),
        ("(-9223372036854775807 - 1) / -1", "integer overflow"),
        ("i / j", "division by zero"),
        ("i % j", "division by zero"),
        ("int(1e19)", "integer overflow"),
        ("m.x", 'no such key: "x"'),
        ("m['x']", 'no such key: "x"'),
        ("xs[3]", "index 3 is out of range for a list of length 3"),
        ("xs[-1]", "index -1 is out of range"),
        ("int('1_000')", 'cannot convert "1_000" to int'),
        ("double('nan')", 'cannot convert "nan" to double'),
        ("bool('yes')", 'cannot convert "yes" to bool'),
        ("{s: 1, s: 2}", "duplicate key in a map: "),
        ("timestamp('2020-02-30' + 'T00:00:00Z')", "is not an RFC 3339 timestamp"),
        ("[0, 1].exists_one(x, 1 / x == 1)", "division by zero"),
    ],
)
def test_failure(source: str, message: str, names: dict[str, Type]) -> None:
    """The error names the failed operation."""
    with pytest.raises(EvaluationError, match=message.replace("[", r"\[")):
        evaluate(compile_expression(source, names), VALUES)


@BOTH
@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("1 / j > 0 && false", False),
        ("false && 1 / j > 0", False),
        ("1 / j > 0 || true", True),
        ("i > 0 && 1 / j > 0 && i < 0", False),
        ("xs.exists(x, 1 / (x - 3) > 0 || x == 1)", True),
        ("xs.all(x, 1 / (x - 3) > 0)", False),
        ("j == 0 ? 0 : 1 / j", 0),
    ],
)
def test_an_operand_that_decides_hides_failures(source: str, value: object, names: dict[str, Type]) -> None:
    """`&&`, `||`, all() and exists() do not depend on the order of their operands; `?:` is lazy."""
    assert evaluate(compile_expression(source, names), VALUES) == value


@BOTH
def test_a_failure_that_nothing_decides_is_raised(names: dict[str, Type]) -> None:
    """`&&` of a failure and a true operand fails."""
    with pytest.raises(EvaluationError, match="division by zero"):
        evaluate(compile_expression("1 / j > 0 && i == 7", names), VALUES)


@pytest.mark.parametrize(
    ("source", "y", "value"),
    [
        ("y == 1", True, False),
        ("y == 1", 1.0, True),
        ("y in [0, 1]", True, False),
        ("{1: 'a'}[1] == y", "a", True),
        ("y == {'a': [1, null]}", {"a": [1.0, None]}, True),
        ("y == [1]", [True], False),
        ("y < 1.5", 1, True),
        ("y == y", math.nan, False),
        ("y in [y]", math.nan, False),
        ("y == 9007199254740992.0", 2**53 + 1, True),
        ("y > 5", 2**64, True),
    ],
)
def test_dynamic_comparison(source: str, y: object, value: bool) -> None:
    """A bool is not a number, int and double compare across types, and NaN equals nothing."""
    assert evaluate(compile_expression(source, {"y": DYN}), {"y": y}) is value


@pytest.mark.parametrize(
    "source",
    [
        "d == d",
        "d in [d]",
        "[null, d].exists(x, x != null && x in [x])",
        "[null, d].exists(x, x != null && (x == x || [x] == [x] || x in [null, x]))",
        "[d] == [d]",
        "[d] in [[d]]",
        "{'a': d} == {'a': d}",
        "[{'a': [d]}].exists(x, x == x || x in [x])",
        "dyn(d) in [dyn(d)]",
    ],
)
def test_a_nan_equals_nothing(source: str) -> None:
    """Python finds it by identity; in CEL it does not even equal itself."""
    assert evaluate(compile_expression(source, NAMES), {**VALUES, "d": math.nan}) is False


def test_a_macro_variable_hides_a_dotted_name() -> None:
    """Inside the macro `a.b` is a field of the variable, outside it is the name."""
    names: dict[str, Type] = {"a.b": STRING}
    expression = compile_expression("[{'b': 1}].map(a, a.b + 1) == [2] ? a.b : ''", names)
    assert evaluate(expression, {"a.b": "outside"}) == "outside"


@pytest.mark.parametrize(
    ("source", "y", "message"),
    [
        ("y + 1", 1.0, '"\\+" does not accept double and int'),
        ("y + 1", True, '"\\+" does not accept bool and int'),
        ("y + 1", 2**63, "integer overflow"),
        ("y - y", 2**64, "integer overflow"),
        ("int(y)", 2**63, "integer overflow"),
        ("y < 1", "a", '"<" does not accept string and int'),
        ("y && true", 1, "expected bool, found int"),
        ("y ? 1 : 2", "true", "expected bool, found string"),
        ("y.a", {"b": 1}, 'no such key: "a"'),
        ("y.a", 5, 'int has no field "a"'),
        ("y[true]", {1: "a"}, "no such key: True"),
        ("y[0]", {False: "a"}, "no such key: 0"),
        ("y.all(x, x)", 5, "all\\(\\) does not accept int"),
        ("{y: 1}", 1.5, "a map key must be int, string or bool, not double"),
    ],
)
def test_dynamic_failure(source: str, y: object, message: str) -> None:
    """Type errors in dynamic values are reported at run time."""
    with pytest.raises(EvaluationError, match=message):
        evaluate(compile_expression(source, {"y": DYN}), {"y": y})


@pytest.mark.parametrize(
    ("expect", "fitting", "unfitting"),
    [
        (BOOL, True, 1),
        (INT, 5, 2**63),
        (DOUBLE, 5.0, 5),
        (Nullable(STRING), None, 1),
        (ListOf(INT), [1], [1, "a"]),
        (MapOf(STRING, INT), {"a": 1}, {"a": None}),
        (NAMES["r"], {"paid": 1}, {"limit": 1}),
        (NAMES["r"], {"paid": 1, "limit": 2}, {"paid": 1, "other": 2}),
    ],
)
def test_a_dynamic_result_must_have_the_expected_type(
    expect: Type, fitting: object, unfitting: object
) -> None:
    """A dyn result of another type than the expected one fails the evaluation."""
    expression = compile_expression("y", {"y": DYN}, expect=expect)
    assert evaluate(expression, {"y": fitting}) == fitting
    with pytest.raises(EvaluationError, match="expected "):
        evaluate(expression, {"y": unfitting})


def test_data_of_an_undeclared_type_fails_the_evaluation() -> None:
    """Data of an undeclared type raises only EvaluationError."""
    with pytest.raises(EvaluationError, match="does not have its declared type"):
        evaluate(compile_expression("i + 1", {"i": INT}), {"i": "a"})


def test_a_timestamp_can_be_passed_in_and_returned() -> None:
    """`now` is a value like any other."""
    expression = compile_expression("now + duration('90m')", {"now": DYN}, expect=None)
    assert str(evaluate(expression, {"now": Timestamp(0)})) == "1970-01-01T01:30:00Z"


def test_one_expression_serves_many_threads() -> None:
    """An evaluation keeps no state, so threads cannot disturb each other."""
    expression = compile_expression("xs.map(x, x * i).exists(x, x == 2 * i) && i + 1 > i", NAMES)
    results: list[object] = []
    threads = [
        threading.Thread(
            target=lambda i: results.extend(evaluate(expression, {**VALUES, "i": i}) for _ in range(200)),
            args=(i,),
        )
        for i in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 1_600
