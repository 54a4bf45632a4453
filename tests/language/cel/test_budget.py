"""No evaluation takes long or builds large values, whatever the expression and the data."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from statewright.errors import EvaluationError
from statewright.language.cel import compile_expression, evaluate
from statewright.language.cel.runtime.conversion import to_double
from statewright.language.cel.runtime.temporal import Duration, Timestamp
from statewright.language.cel.runtime.values import STEPS_MAX
from statewright.language.cel.types import BOOL, DYN, INT, STRING, ListOf, Type

SECONDS_MAX = 1.0  # of processor time; each case takes a fraction of it here
NAMES: dict[str, Type] = {
    "i": INT,
    "s": STRING,
    "t": STRING,
    "xs": ListOf(INT),
    "ss": ListOf(STRING),
    "rows": ListOf(ListOf(INT)),
    "same": ListOf(ListOf(INT)),
}
VALUES: dict[str, object] = {
    "i": 1,
    "s": "x" * 30_000,
    "t": "x" * 30_000 + "y",
    "xs": [*range(1, 3_000)],
    "ss": ["x" * 29_999 + "y"],
    "rows": [[1] * 63 for _ in range(900)],
    "same": [[1] * 63 for _ in range(900)],
}
UNTYPED: dict[str, Type] = dict.fromkeys(NAMES, DYN)
BOTH = pytest.mark.parametrize("names", [NAMES, UNTYPED], ids=["typed", "untyped"])
KEYS = ", ".join(f"{key}: 0" for key in range(400))


@pytest.mark.parametrize(
    "source",
    [
        "xs.all(x, xs.all(y, true))",
        "xs.map(x, s + s)",
        "xs.map(x, xs + xs)",
        "xs.all(x, xs == xs)",
        "xs.all(x, x in xs)",
        "xs.all(x, rows == same)",
        "xs.all(x, !([0] in rows))",
        "xs.all(x, s != t)",
        "xs.all(x, s < t)",
        "xs.all(x, t >= s)",
        "xs.all(x, t.startsWith(s))",
        "xs.all(x, !t.endsWith(s))",
        "xs.all(x, !s.contains('y'))",
        "xs.all(x, !s.matches('y'))",
        "s.matches('(?:x|y|xx){0,900}z')",
        "xs.all(x, !(s in ss))",
        f"[{{{KEYS}}}].all(m, xs.all(x, m == m))",
        f"xs.all(x, {' && '.join(['i < 2'] * 99)})",
        f"xs.map(x, i == 1, {' + '.join(['i'] * 60)})",
    ],
)
@BOTH
def test_the_work_of_an_evaluation_is_bounded(source: str, names: dict[str, Type]) -> None:
    """Loops, and the work that they do per iteration, share one budget."""
    expression = compile_expression(source, names)
    started = time.process_time()
    with pytest.raises(EvaluationError, match="more than 10,000 steps"):
        evaluate(expression, VALUES)
    assert time.process_time() - started < SECONDS_MAX


@pytest.mark.parametrize("source", ["s + s", "xs + xs"])
def test_the_size_of_a_result_is_bounded(source: str) -> None:
    """A string or a list cannot be doubled until memory runs out."""
    values = {**VALUES, "xs": [0] * 6_000, "s": "x" * 40_000}
    with pytest.raises(EvaluationError, match='the result of "\\+" has length'):
        evaluate(compile_expression(source, NAMES), values)


@pytest.mark.parametrize("deep", [[[]] * STEPS_MAX, {str(key): {} for key in range(STEPS_MAX)}])
def test_every_container_compared_costs_a_step(deep: object) -> None:
    """Small containers cost steps too, because a payload may contain many of them."""
    with pytest.raises(EvaluationError, match="more than 10,000 steps"):
        evaluate(compile_expression("a == b", {"a": DYN, "b": DYN}), {"a": deep, "b": deep})


def test_the_largest_payload_can_be_compared_once() -> None:
    """The budget limits repetition but allows one comparison of the largest possible payload."""
    names: dict[str, Type] = dict.fromkeys(("a", "b"), ListOf(INT))
    items = [1] * 60_000
    assert evaluate(compile_expression("a == b && a in [b]", names), {"a": items, "b": items}) is True


def test_a_short_body_costs_one_step_for_each_item() -> None:
    """A loop with a short body can process as many items as there are steps."""
    expression = compile_expression("ss.all(x, x == s && x <= s && s in [x])", NAMES, expect=BOOL)
    assert evaluate(expression, {**VALUES, "ss": ["a"] * STEPS_MAX, "s": "a"}) is True


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (to_double, "1" * 1_000 + "x"),
        (to_double, "1" * 1_000_000 + "x"),
        (to_double, "1e" + "1" * 1_000 + "x"),
        (Duration.parse, "1" * 99 + "x"),
        (Duration.parse, "1s" * 49 + "x"),
        (Timestamp.parse, "2020-01-01T00:00:00." + "1" * 1_000_000),
    ],
)
def test_unreadable_text_is_refused_at_once(read: Callable[[str], object], text: str) -> None:
    """Parsing takes linear time, and the length of the text is limited."""
    started = time.process_time()
    for _ in range(400):
        with pytest.raises(EvaluationError):
            read(text)
    assert time.process_time() - started < SECONDS_MAX


def test_a_message_quotes_no_more_than_the_beginning_of_a_value() -> None:
    """A message quotes only the beginning of a value, so that a loop of failures stays cheap."""
    with pytest.raises(EvaluationError) as caught:
        evaluate(compile_expression("{'a': 1}[s]", NAMES), VALUES)
    assert len(str(caught.value)) < 150
