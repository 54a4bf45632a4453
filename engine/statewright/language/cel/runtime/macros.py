"""The runtime of CEL's logic and macros: `&&` and `||` where an operand may fail, and the loops.

As in CEL, one operand that decides makes the failures of the others irrelevant, in any order. A loop costs
`steps` per item, as many as its bodies are long, whether it stops early or not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from statewright.errors import EvaluationError
from statewright.language.cel.runtime.values import FAILURES, Meter, Value, mismatch, truth

Body = Callable[[Value], Value]


def conjunction(*operands: Callable[[], Value]) -> bool:
    """`&&`"""
    return not _any(operands, _call, gives=False)


def disjunction(*operands: Callable[[], Value]) -> bool:
    """`||`"""
    return _any(operands, _call, gives=True)


def negated(operand: Value) -> bool:
    """`!`"""
    return not truth(operand)


def all_hold(items: Value, condition: Body, meter: Meter, steps: int) -> bool:
    return not _any(_items("all()", items, meter, steps), condition, gives=False)


def exists(items: Value, condition: Body, meter: Meter, steps: int) -> bool:
    return _any(_items("exists()", items, meter, steps), condition, gives=True)


def exists_one(items: Value, condition: Body, meter: Meter, steps: int) -> bool:
    """Every item is looked at, so no failure goes unnoticed."""
    return sum(truth(condition(item)) for item in _items("exists_one()", items, meter, steps)) == 1


def keep(items: Value, condition: Body, meter: Meter, steps: int) -> list[Value]:
    """`filter`"""
    return [item for item in _items("filter()", items, meter, steps) if truth(condition(item))]


def transform(items: Value, body: Body, meter: Meter, steps: int) -> list[Value]:
    """`map`"""
    return [body(item) for item in _items("map()", items, meter, steps)]


def transform_kept(items: Value, condition: Body, body: Body, meter: Meter, steps: int) -> list[Value]:
    """`map` with a condition"""
    return [body(item) for item in _items("map()", items, meter, steps) if truth(condition(item))]


def _items(macro: str, items: Value, meter: Meter, steps: int) -> Iterable[Value]:
    if not isinstance(items, list | tuple | dict):
        raise mismatch(macro, items)
    meter.spend(len(items) * steps)
    # One order, however the map was made: what is stored comes back with its keys sorted.
    return sorted(items, key=_place) if isinstance(items, dict) else items


def _place(key: Value) -> tuple[str, Value]:
    return type(key).__name__, key


def _any(items: Iterable[Value], judge: Body, *, gives: bool) -> bool:
    """Does `judge` come out as `gives` for any item? Its first failure is raised only if not."""
    failure: Exception | None = None
    for item in items:
        try:
            if truth(judge(item)) is gives:
                return True
        except (EvaluationError, *FAILURES) as error:
            failure = failure or error
    if failure is not None:
        raise failure
    return False


def _call(operand: Callable[[], Value]) -> Value:
    return operand()
