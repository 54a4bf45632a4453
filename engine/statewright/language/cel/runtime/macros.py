"""The run-time part of CEL's logical operators, for operands that may fail, and of its macros.

As in CEL, an operand that decides the result hides failures of the others, in any order. A loop spends its
price for each item, even if it stops early; the price grows with the size of its bodies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from statewright.errors import EvaluationError
from statewright.language.cel.runtime.values import FAILURES, Meter, Price, Value, mismatch, truth

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


def all_hold(items: Value, condition: Body, meter: Meter, price: Price) -> bool:
    return not _any(_items("all()", items, meter, price), condition, gives=False)


def exists(items: Value, condition: Body, meter: Meter, price: Price) -> bool:
    return _any(_items("exists()", items, meter, price), condition, gives=True)


def exists_one(items: Value, condition: Body, meter: Meter, price: Price) -> bool:
    """`exists_one`. Evaluates the condition for all items, so that every failure is noticed."""
    return sum(truth(condition(item)) for item in _items("exists_one()", items, meter, price)) == 1


def keep(items: Value, condition: Body, meter: Meter, price: Price) -> list[Value]:
    """`filter`"""
    return [item for item in _items("filter()", items, meter, price) if truth(condition(item))]


def transform(items: Value, body: Body, meter: Meter, price: Price) -> list[Value]:
    """`map`"""
    return [body(item) for item in _items("map()", items, meter, price)]


def transform_kept(items: Value, condition: Body, body: Body, meter: Meter, price: Price) -> list[Value]:
    """`map` with a condition"""
    return [body(item) for item in _items("map()", items, meter, price) if truth(condition(item))]


def _items(macro: str, items: Value, meter: Meter, price: Price) -> Iterable[Value]:
    if not isinstance(items, list | tuple | dict):
        raise mismatch(macro, items)
    meter.spend_on_turns(len(items), price)
    # Sorted, so that the order does not depend on how the map was built; stored maps are read back sorted.
    return sorted(items, key=_place) if isinstance(items, dict) else items


def _place(key: Value) -> tuple[str, Value]:
    return type(key).__name__, key


def _any(items: Iterable[Value], judge: Body, *, gives: bool) -> bool:
    """Whether `judge` returns `gives` for any item. If not, raises the first failure."""
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
