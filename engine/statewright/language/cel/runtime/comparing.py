"""Equality, order and lookup on values whose types are known only at run time.

A bool is never a number, although Python treats True as 1. An int and a double compare as doubles, as the
test cases of the CEL specification require. Work that grows with the size of a value spends steps of the
meter.
"""

from __future__ import annotations

from collections.abc import Callable

from statewright.errors import EvaluationError
from statewright.language.cel.runtime.temporal import Duration, Timestamp
from statewright.language.cel.runtime.values import (
    SHOWN_MAX,
    TEXT_PER_STEP,
    Meter,
    Value,
    mismatch,
    no_such_key,
    type_name,
)

_ORDERED = (int, float, str, bool, Timestamp, Duration)
_KEYS = (int, str, bool)


def equal(left: Value, right: Value, meter: Meter) -> bool:
    """Deep equality. Values of different types are unequal, except that 1 equals 1.0."""
    if type(left) is not type(right):
        return _are_numbers(left, right) and float(left) == float(right)
    match left:
        case list():
            meter.spend_on_items(len(left))
            pairs = zip(left, right, strict=False)
            return len(left) == len(right) and all(equal(one, other, meter) for one, other in pairs)
        case dict():
            meter.spend_on_items(len(left))
            return len(left) == len(right) and all(
                has_key(right, key) and equal(value, right[key], meter) for key, value in left.items()
            )
        case str():
            meter.spend_on(len(left), per_step=TEXT_PER_STEP)
            return bool(left == right)
        case _:
            return bool(left == right)


def contains(sought: Value, within: Value, meter: Meter) -> bool:
    """`in`: whether a list has the item, or a map has the key."""
    if isinstance(within, dict):
        return has_key(within, sought)
    if not isinstance(within, list | tuple):
        raise mismatch('"in"', sought, within)
    meter.spend_on_items(len(within))
    return any(equal(sought, item, meter) for item in within)


def contains_scalar(sought: Value, within: Value, meter: Meter) -> bool:
    """`contains` for operands of one scalar type, for which Python's equality matches CEL's."""
    meter.spend_on(len(within))
    if isinstance(sought, str):
        meter.spend_on(len(within) * len(sought), per_step=TEXT_PER_STEP)
    return sought in within


def select(operand: Value, field: str) -> Value:
    if not isinstance(operand, dict):
        raise EvaluationError(f'{type_name(operand)} has no field "{field}"')
    if field not in operand:
        raise no_such_key(field)
    return operand[field]


def has(operand: Value, field: str) -> bool:
    if not isinstance(operand, dict):
        raise EvaluationError(f'{type_name(operand)} has no field "{field}"')
    return field in operand


def index(operand: Value, at: Value) -> Value:
    """The item of a list at an index from 0, or the value for a key of a map."""
    if isinstance(operand, dict):
        if not has_key(operand, at):
            raise no_such_key(at)
        return operand[at]
    if not isinstance(operand, list | tuple) or type(at) not in (int, float) or at != int(at):
        raise mismatch('"[]"', operand, at)
    if not 0 <= at < len(operand):
        message = f"index {at} is out of range for a list of length {len(operand)}"
        raise EvaluationError(message, cause="an index is out of range")
    return operand[int(at)]


def has_key(map_: dict[Value, Value], key: Value) -> bool:
    """Whether the map has the key. Unlike in Python, a bool never equals a number."""
    if type(key) not in (str, int, float, bool) or key not in map_:
        return False
    # Only 0 and 1 equal a bool in Python.
    return key not in (0, 1) or any(
        known == key and (type(known) is bool) == (type(key) is bool) for known in map_
    )


def make_map(*entries: tuple[Value, Value]) -> dict[Value, Value]:
    """Build a map literal. Raises EvaluationError for a duplicate key or a key of an invalid type."""
    made: dict[Value, Value] = {}
    for key, value in entries:
        if type(key) not in _KEYS:
            raise EvaluationError(f"a map key must be int, string or bool, not {type_name(key)}")
        if key in made:
            message = f"duplicate key in a map: {str(key)[:SHOWN_MAX]}"
            raise EvaluationError(message, cause="duplicate key in a map")
        made[key] = value
    return made


def ordered(
    operator: str, compare: Callable[[Value, Value], bool], left: Value, right: Value, meter: Meter
) -> bool:
    """Apply `compare`, Python's counterpart of `operator`, to two values that CEL can order."""
    if type(left) is type(right) and type(left) in _ORDERED:
        if type(left) is str:
            meter.spend_on(len(left), per_step=TEXT_PER_STEP)
        return compare(left, right)
    if _are_numbers(left, right):
        return compare(float(left), float(right))
    raise mismatch(f'"{operator}"', left, right)


def _are_numbers(left: Value, right: Value) -> bool:
    return type(left) in (int, float) and type(right) in (int, float)
