"""CEL's type conversions, string methods and accessors of timestamps and durations.

Each function checks the type of its argument. Text is parsed strictly, without white space, underscores or
non-ASCII digits, and in bounded time.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NoReturn

from statewright.errors import EvaluationError
from statewright.language.cel.runtime.temporal import (
    DURATION_PARTS,
    SECOND,
    TIMESTAMP_PARTS,
    Duration,
    Timestamp,
)
from statewright.language.cel.runtime.values import (
    SHOWN_MAX,
    TEXT_PER_STEP,
    Meter,
    Value,
    in_64_bits,
    mismatch,
    overflow,
)
from statewright.language.regex import Regex, RegexError, compile_regex

INSTRUCTIONS_PER_STEP = 1_024  # RE2 instructions, each executed on one character

_INT = re.compile(r"[+-]?[0-9]{1,20}")
_DOUBLE = re.compile(r"[+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?")
_DOUBLE_TEXT_MAX = 1_077  # the length of -4.9e-324 with all digits; no double needs more
_TRUE = frozenset({"1", "t", "true", "TRUE", "True"})
_FALSE = frozenset({"0", "f", "false", "FALSE", "False"})


def to_int(value: Value) -> int:
    """Doubles are truncated towards zero. Timestamps become seconds since 1970."""
    if type(value) is int:
        return in_64_bits(value)
    match value:
        case float():
            # 2**63 is a double but 2**63 - 1 is not; cel-spec excludes both ends of the range.
            return int(value) if -(2.0**63) < value < 2.0**63 else overflow()
        case str():
            return in_64_bits(int(value)) if _INT.fullmatch(value) else _unreadable(value, "int")
        case Timestamp():
            return value.nanoseconds // SECOND
        case _:
            raise mismatch("int()", value)


def to_double(value: Value) -> float:
    if type(value) is int:
        return float(in_64_bits(value))
    match value:
        case float():
            return value
        case str():
            readable = len(value) <= _DOUBLE_TEXT_MAX and _DOUBLE.fullmatch(value)
            return float(value) if readable else _unreadable(value, "double")
        case _:
            raise mismatch("double()", value)


def to_bool(value: Value) -> bool:
    if type(value) is bool:
        return value
    if not isinstance(value, str):
        raise mismatch("bool()", value)
    if value not in _TRUE | _FALSE:
        _unreadable(value, "bool")
    return value in _TRUE


def to_string(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int():
            return str(in_64_bits(value))
        case float():
            return _double_text(value)
        case Timestamp() | Duration():
            return str(value)
        case _:
            raise mismatch("string()", value)


def to_timestamp(value: Value) -> Timestamp:
    """Convert RFC 3339 text or seconds since 1970."""
    match value:
        case Timestamp():
            return value
        case str():
            return Timestamp.parse(value)
        case int() if type(value) is int:
            return Timestamp(value * SECOND)
        case _:
            raise mismatch("timestamp()", value)


def to_duration(value: Value) -> Duration:
    match value:
        case Duration():
            return value
        case str():
            return Duration.parse(value)
        case _:
            raise mismatch("duration()", value)


def to_dyn(value: Value) -> Value:
    """Return the value; the checker gives it type dyn."""
    return value


def size(value: Value) -> int:
    """The number of code points of a string, items of a list or entries of a map."""
    if isinstance(value, str | list | tuple | dict):
        return len(value)
    raise mismatch("size()", value)


def contains_text(text: Value, other: Value, meter: Meter) -> bool:
    _check_texts("contains()", text, other)
    meter.spend_on(len(text))
    return other in text


def matches(text: Value, pattern: Value, meter: Meter) -> bool:
    _check_texts("matches()", text, pattern)
    regex = read_regex(pattern)
    meter.spend_on(len(text) * regex.size, per_step=INSTRUCTIONS_PER_STEP)
    return regex.found_in(text)


def starts_with(text: Value, other: Value, meter: Meter) -> bool:
    _check_texts("startsWith()", text, other)
    meter.spend_on(len(other), per_step=TEXT_PER_STEP)
    return bool(text.startswith(other))


def ends_with(text: Value, other: Value, meter: Meter) -> bool:
    _check_texts("endsWith()", text, other)
    meter.spend_on(len(other), per_step=TEXT_PER_STEP)
    return bool(text.endswith(other))


def read_regex(source: str) -> Regex:
    """Compile a pattern, with caching. Raises EvaluationError."""
    try:
        return compile_regex(source)
    except RegexError as error:
        raise EvaluationError(
            f"invalid regular expression: {error}", cause="invalid regular expression"
        ) from None


def part(name: str, value: Value, zone: Value = "UTC") -> int:
    """Return one of TIMESTAMP_PARTS, or one of DURATION_PARTS rounded towards zero."""
    if isinstance(value, Duration) and name in DURATION_PARTS:
        whole = DURATION_PARTS[name](abs(value.nanoseconds))
        return -whole if value.nanoseconds < 0 else whole
    if isinstance(value, Timestamp) and isinstance(zone, str):
        return TIMESTAMP_PARTS[name](value.moment(zone))
    raise mismatch(f"{name}()", value)


def _check_texts(method: str, text: Value, other: Value) -> None:
    if not isinstance(text, str) or not isinstance(other, str):
        raise mismatch(method, text, other)


def _unreadable(text: str, wanted: str) -> NoReturn:
    message = f'cannot convert "{text[:SHOWN_MAX]}" to {wanted}'
    raise EvaluationError(message, cause=f"cannot convert the text to {wanted}")


def _double_text(value: float) -> str:
    """The shortest digits that parse to `value`, formatted like %g. cel-go and cel-cpp do the same."""
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    digits = Decimal(repr(value)).normalize()
    if -4 <= digits.adjusted() < 6:
        return format(digits, "f")
    return f"{value:.{len(digits.as_tuple().digits) - 1}e}"
