"""Arithmetic on values whose types are known only at run time, and CEL's division.

Integers have 64 bits and never wrap around. int and double cannot be mixed. Doubles follow IEEE 754.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from statewright.errors import EvaluationError
from statewright.language.cel.runtime.temporal import Duration, Timestamp
from statewright.language.cel.runtime.values import ITEMS_MAX, TEXT_MAX, Meter, Value, in_64_bits, mismatch

_SUMS = {(Timestamp, Duration), (Duration, Timestamp), (Duration, Duration)}
_DIFFERENCES = {(Timestamp, Duration), (Timestamp, Timestamp), (Duration, Duration)}


def add(left: Value, right: Value, meter: Meter) -> Value:
    match left, right:
        case (str(), str()) | (list(), list()):
            return concatenate(left, right, meter)
    if (type(left), type(right)) in _SUMS:
        return left + right
    return _numbers('"+"', left, right, lambda a, b: a + b)


def subtract(left: Value, right: Value) -> Value:
    if (type(left), type(right)) in _DIFFERENCES:
        return left - right
    return _numbers('"-"', left, right, lambda a, b: a - b)


def multiply(left: Value, right: Value) -> Value:
    return _numbers('"*"', left, right, lambda a, b: a * b)


def divide(left: Value, right: Value) -> Value:
    """Integer division truncates towards zero. Dividing a double by zero gives infinity or NaN."""
    if type(left) is float and type(right) is float:
        return _divide_doubles(left, right)
    return _numbers('"/"', left, right, _quotient)


def modulo(left: Value, right: Value) -> Value:
    """The remainder has the sign of `left`."""
    if type(left) is float and type(right) is float:
        raise mismatch('"%"', left, right)
    return _numbers('"%"', left, right, lambda a, b: a - b * in_64_bits(_quotient(a, b)))


def negate(operand: Value) -> Value:
    if type(operand) is int:
        return in_64_bits(-in_64_bits(operand))
    if type(operand) is float:
        return -operand
    raise mismatch('"-"', operand)


def concatenate(left: Value, right: Value, meter: Meter) -> Value:
    """Concatenate two strings or two lists. Raises EvaluationError if the result is too long."""
    length, most = len(left) + len(right), TEXT_MAX if isinstance(left, str) else ITEMS_MAX
    if length > most:
        raise EvaluationError(f'the result of "+" has length {length:,}; the maximum is {most:,}')
    meter.spend_on(length)
    return left + right


def _numbers(operator: str, left: Value, right: Value, apply: Callable[[Value, Value], Value]) -> Value:
    if type(left) is int and type(right) is int:
        return in_64_bits(apply(in_64_bits(left), in_64_bits(right)))
    if type(left) is float and type(right) is float:
        return apply(left, right)
    raise mismatch(operator, left, right)


def _quotient(left: int, right: int) -> int:
    if right == 0:
        raise EvaluationError("division by zero")
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def _divide_doubles(left: float, right: float) -> float:
    if right:
        return left / right
    if left == 0 or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)
