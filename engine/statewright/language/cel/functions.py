"""The catalogue of operators, functions and macros: signatures and implementations.

The type checker and the compiler both read it, so they cannot disagree. To add a function, add an entry here
and its implementation in `runtime`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from statewright.language.cel.fitting import Fit, fits, join
from statewright.language.cel.runtime import arithmetic, comparing, conversion, macros
from statewright.language.cel.runtime.temporal import (
    DURATION_PARTS,
    TIMESTAMP_PARTS,
    Duration,
    Timestamp,
    zone_offset,
)
from statewright.language.cel.runtime.values import Value
from statewright.language.cel.types import (
    BOOL,
    DOUBLE,
    DURATION,
    DYN,
    INT,
    STRING,
    TIMESTAMP,
    ListOf,
    MapOf,
    Type,
)

Implementation = Callable[..., object]


@dataclass(frozen=True, slots=True)
class Overload:
    """One signature of a function.

    `code`: Python for arguments `{0}`, `{1}` of exactly these types; "" calls the implementation.
    `result`: None means the common type of the arguments. `fails`: may raise for values of the parameter
    types.
    """

    parameters: tuple[Type, ...]
    result: Type | None
    code: str = ""
    fails: bool = True


@dataclass(frozen=True, slots=True)
class Function:
    """A function or operator. `implementation` checks types at run time, for arguments of type dyn.

    `metered`: the implementation takes the meter as last argument. `reads_text`: parses a literal argument
    at compile time and raises EvaluationError if it is invalid. `literal_only`: all arguments except the
    receiver must be literals.
    """

    implementation: Implementation
    overloads: tuple[Overload, ...]
    metered: bool = False
    reads_text: Callable[[str], object] | None = None
    literal_only: bool = False


@dataclass(frozen=True, slots=True)
class Resolution:
    """The result of overload resolution. `code` and `fails` are as for `Overload`."""

    result: Type
    code: str
    fails: bool


def resolve(function: Function, arguments: Sequence[Type]) -> Resolution | None:
    """Return the overload that matches these argument types, or None.

    With a dyn argument several overloads may match. The implementation then chooses at run time, and the
    result is dyn unless they all have the same result.
    """
    found = [overload for overload in function.overloads if _takes(overload, arguments)]
    if not found:
        return None
    results = {_result(overload, arguments) for overload in found}
    result = results.pop() if len(results) == 1 else DYN
    if DYN in arguments or len(found) > 1:
        return Resolution(result, "", fails=True)
    return Resolution(result, found[0].code, found[0].fails)


def _takes(overload: Overload, arguments: Sequence[Type]) -> bool:
    return len(overload.parameters) == len(arguments) and all(
        fits(argument, parameter) is not Fit.NEVER
        for argument, parameter in zip(arguments, overload.parameters, strict=True)
    )


def _result(overload: Overload, arguments: Sequence[Type]) -> Type:
    return overload.result or join(arguments[0], arguments[1]) or ListOf(DYN)


ANY_LIST = ListOf(DYN)
ANY_MAP = MapOf(DYN, DYN)

# The 64-bit range check is inline because a call would cost more than the arithmetic. `t` is a local variable
# of the generated function and is read before anything else can assign it.
_IN_RANGE = "(t if -9223372036854775808 <= (t := {python}) <= 9223372036854775807 else overflow())"


def _arithmetic(symbol: str, implementation: Implementation, *more: Overload) -> Function:
    plain = f"{{0}} {symbol} {{1}}"
    integers = Overload((INT, INT), INT, _IN_RANGE.replace("{python}", plain))
    doubles = Overload((DOUBLE, DOUBLE), DOUBLE, f"({plain})", fails=False)
    return Function(implementation, (integers, doubles, *more), metered=symbol == "+")


def _temporal(left: Type, right: Type, result: Type, symbol: str) -> Overload:
    return Overload((left, right), result, f"({{0}} {symbol} {{1}})")


def _comparison(symbol: str, compare: Callable[[Value, Value], bool]) -> Function:
    ordered = (INT, DOUBLE, STRING, BOOL, TIMESTAMP, DURATION)
    same = (Overload((type_, type_), BOOL, f"({{0}} {symbol} {{1}})", fails=False) for type_ in ordered)
    return Function(partial(comparing.ordered, symbol, compare), tuple(same), metered=True)


OPERATORS: dict[str, Function] = {
    "+": _arithmetic(
        "+",
        arithmetic.add,
        Overload((STRING, STRING), STRING, "concatenate({0}, {1}, meter)"),
        Overload((ANY_LIST, ANY_LIST), None, "concatenate({0}, {1}, meter)"),
        _temporal(TIMESTAMP, DURATION, TIMESTAMP, "+"),
        _temporal(DURATION, TIMESTAMP, TIMESTAMP, "+"),
        _temporal(DURATION, DURATION, DURATION, "+"),
    ),
    "-": _arithmetic(
        "-",
        arithmetic.subtract,
        _temporal(TIMESTAMP, TIMESTAMP, DURATION, "-"),
        _temporal(TIMESTAMP, DURATION, TIMESTAMP, "-"),
        _temporal(DURATION, DURATION, DURATION, "-"),
    ),
    "*": _arithmetic("*", arithmetic.multiply),
    "/": Function(arithmetic.divide, (Overload((INT, INT), INT), Overload((DOUBLE, DOUBLE), DOUBLE))),
    "%": Function(arithmetic.modulo, (Overload((INT, INT), INT),)),
    "<": _comparison("<", operator.lt),
    "<=": _comparison("<=", operator.le),
    ">": _comparison(">", operator.gt),
    ">=": _comparison(">=", operator.ge),
}
NEGATION = Function(
    arithmetic.negate,
    (
        Overload((INT,), INT, _IN_RANGE.replace("{python}", "-{0}")),
        Overload((DOUBLE,), DOUBLE, "(-{0})", fails=False),
    ),
)


def _conversion(implementation: Implementation, result: Type, *sources: Type) -> Function:
    identity = Overload((result,), result, "{0}", fails=False)
    return Function(implementation, (identity, *(Overload((source,), result) for source in sources)))


_SIZE = Function(
    conversion.size,
    tuple(Overload((type_,), INT, "len({0})", fails=False) for type_ in (STRING, ANY_LIST, ANY_MAP)),
)

FUNCTIONS: dict[str, Function] = {
    "bool": _conversion(conversion.to_bool, BOOL, STRING),
    "double": _conversion(conversion.to_double, DOUBLE, INT, STRING),
    "duration": replace(_conversion(conversion.to_duration, DURATION, STRING), reads_text=Duration.parse),
    "dyn": Function(conversion.to_dyn, (Overload((DYN,), DYN),)),
    "int": _conversion(conversion.to_int, INT, DOUBLE, STRING, TIMESTAMP),
    "size": _SIZE,
    "string": _conversion(conversion.to_string, STRING, INT, DOUBLE, BOOL, TIMESTAMP, DURATION),
    "timestamp": replace(
        _conversion(conversion.to_timestamp, TIMESTAMP, STRING, INT), reads_text=Timestamp.parse
    ),
}


def _part(name: str) -> Function:
    timestamps = (Overload((TIMESTAMP,), INT), Overload((TIMESTAMP, STRING), INT))
    durations = (Overload((DURATION,), INT),) if name in DURATION_PARTS else ()
    return Function(partial(conversion.part, name), (*timestamps, *durations), reads_text=zone_offset)


def _text_test(implementation: Implementation, code: str = "") -> Function:
    return Function(implementation, (Overload((STRING, STRING), BOOL, code, fails=not code),), metered=True)


METHODS: dict[str, Function] = {
    "contains": _text_test(conversion.contains_text),
    "endsWith": _text_test(conversion.ends_with, "{0}.endswith({1})"),
    "matches": replace(_text_test(conversion.matches), reads_text=conversion.read_regex, literal_only=True),
    "size": _SIZE,
    "startsWith": _text_test(conversion.starts_with, "{0}.startswith({1})"),
    **{name: _part(name) for name in TIMESTAMP_PARTS},
}

# By the number of bodies after the macro's variable.
MACROS: dict[str, Mapping[int, Implementation]] = {
    "all": {1: macros.all_hold},
    "exists": {1: macros.exists},
    "exists_one": {1: macros.exists_one},
    "filter": {1: macros.keep},
    "map": {1: macros.transform, 2: macros.transform_kept},
}
