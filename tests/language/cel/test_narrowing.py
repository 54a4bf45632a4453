"""Facts proved by a condition are true whenever it has that result: random conditions, all small values."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product
from random import Random
from typing import Any

import pytest

from statewright.errors import EvaluationError, ExpressionError
from statewright.language.cel import Expression, compile_expression, evaluate
from statewright.language.cel.narrowing import Facts, Present
from statewright.language.cel.printer import canonical
from statewright.language.cel.types import BOOL, INT, ListOf, Nullable, Record, RecordField, Type

NAMES: dict[str, Type] = {
    "a": Nullable(INT),
    "b": Nullable(INT),
    "c": Record({"x": RecordField(INT, optional=True), "y": RecordField(Nullable(INT), optional=True)}),
    "l": ListOf(Nullable(INT)),
    "t": BOOL,
}
_ATOMS = (
    *(
        "a == null",
        "null != b",
        "a == 1",
        "a != 1",
        "a == b",
        "a in [1, 2]",
        "b in l",
        "a in [null, 1]",
        "1 == b",
    ),
    *("has(c.x)", "has(c.y)", "has(c.y) && c.y != null", "has(c.x) && c.x > 1", "l[0] != null", "l[0] == 1"),
    *("t", "true", "false", "(a != null) == t", "1 / 0 > 0", "a != null && a > 1", "l.exists(a, a == 1)"),
)


def conditions(seed: int, count: int) -> Iterator[Expression]:
    """The random conditions that the checker accepts."""
    random = Random(seed)
    for _ in range(count):
        try:
            yield compile_expression(_condition(random, depth=3), NAMES, expect=BOOL)
        except ExpressionError:
            continue


def _condition(random: Random, depth: int) -> str:
    if depth == 0 or random.random() < 0.2:
        return random.choice(_ATOMS)
    first, second, third = (_condition(random, depth - 1) for _ in range(3))
    return random.choice(
        [
            f"({first}) && ({second})",
            f"({first}) || ({second})",
            f"!({first})",
            f"({first}) ? ({second}) : ({third})",
            f"({first}) == {random.choice(['true', 'false'])}",
            f"({first}) != {random.choice(['true', 'false'])}",
        ]
    )


def values() -> Iterator[dict[str, Any]]:
    records = [{}, {"x": 1}, {"y": None}, {"x": 2, "y": 3}]
    for a, b, c, items, t in product(
        (None, 1, 3), (None, 1), records, ([], [None], [1, None]), (True, False)
    ):
        yield {"a": a, "b": b, "c": c, "l": items, "t": t}


def holds(facts: Facts, given: dict[str, Any]) -> bool:
    """Whether all proved facts are true."""
    return not facts.impossible and all(_is_true(fact, given) for fact in facts.proved)


def _is_true(fact: Any, given: dict[str, Any]) -> bool:
    try:
        value = evaluate(_part(canonical(fact.part)), given)
    except EvaluationError:
        return not isinstance(fact, Present)  # absent, so it is not there as null
    return isinstance(fact, Present) or value is not None


@cache
def _part(text: str) -> Expression:
    complete = Record({"x": RecordField(INT), "y": RecordField(Nullable(INT))})
    return compile_expression(text, {**NAMES, "c": complete})


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_proved_facts_are_true(seed: int) -> None:
    """The facts proved for a condition's result are true whenever it has that result."""
    checked = 0
    for expression in conditions(seed, 100):
        for given in values():
            try:
                came_out = evaluate(expression, given)
            except EvaluationError:
                continue
            facts = expression.if_true if came_out else expression.if_false
            assert holds(facts, given), f"seed {seed}: {expression.source} for {given}"
            checked += 1
    assert checked > 1_000
