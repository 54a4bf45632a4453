"""Equality, order and lookup on values whose types are known only when the expression runs.

A bool is never a number here, though Python takes True for 1. An int and a double compare as doubles, as
the CEL specification's cases demand. Everything that looks at many values, or at texts of any length, spends
from the meter.
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
    """Deep equality; values of different types differ, but 1 equals 1.0."""
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
    """`in`: an item of a list, or a key of a map."""
    if isinstance(within, dict):
        return has_key(within, sought)
    if not isinstance(within, list | tuple):
        raise mismatch('"in"', sought, within)
    meter.spend_on_items(len(within))
    return any(equal(sought, item, meter) for item in within)


def contains_scalar(sought: Value, within: Value, meter: Meter) -> bool:
    """`contains` where both sides are known to hold one type on which Python's equality is CEL's."""
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
    """An item of a list, counted from 0, or the value of a map's key."""
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
    """Is `key` there, and not only a bool or a number that Python takes for it?"""
    if type(key) not in (str, int, float, bool) or key not in map_:
        return False
    # Python takes only 0 and 1 for a bool.
    return key not in (0, 1) or any(
        known == key and (type(known) is bool) == (type(key) is bool) for known in map_
    )


def make_map(*entries: tuple[Value, Value]) -> dict[Value, Value]:
    """A map literal. Raises EvaluationError for a repeated key and for keys of other types."""
    made: dict[Value, Value] = {}
    for key, value in entries:
        if type(key) not in _KEYS:
            raise EvaluationError(f"a map key must be int, string or bool, not {type_name(key)}")
        if key in made:
            message = f"repeated key in a map: {str(key)[:SHOWN_MAX]}"
            raise EvaluationError(message, cause="repeated key in a map")
        made[key] = value
    return made


def ordered(
    operator: str, compare: Callable[[Value, Value], bool], left: Value, right: Value, meter: Meter
) -> bool:
    """What `compare`, Python's own `operator`, says of two values that CEL can put in order."""
    if type(left) is type(right) and type(left) in _ORDERED:
        if type(left) is str:
            meter.spend_on(len(left), per_step=TEXT_PER_STEP)
        return compare(left, right)
    if _are_numbers(left, right):
        return compare(float(left), float(right))
    raise mismatch(f'"{operator}"', left, right)


def _are_numbers(left: Value, right: Value) -> bool:
    return type(left) in (int, float) and type(right) in (int, float)
