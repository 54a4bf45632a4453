"""The catalogue of operators and functions: which types each takes, what it gives, the Python it becomes.

The checker and the compiler both read it, so what type-checks and what runs cannot differ. The Python
names are those of `runtime`; `{0}`, `{1}` stand for the compiled arguments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from statewright.language.cel.fitting import Fit, fits, join
from statewright.language.cel.runtime.temporal import DURATION_PARTS, TIMESTAMP_PARTS
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


@dataclass(frozen=True, slots=True)
class Overload:
    """`code`: for arguments of just these types, "" where the function's own will do.

    `result` None: what the arguments share. `fails`: may raise for values that fit the parameters.
    """

    parameters: tuple[Type, ...]
    result: Type | None
    code: str = ""
    fails: bool = True


@dataclass(frozen=True, slots=True)
class Function:
    """`code` looks at the values' own types; it serves where an argument's type is not known before."""

    code: str
    overloads: tuple[Overload, ...]


@dataclass(frozen=True, slots=True)
class Resolution:
    """`fails`: may raise for values that fit the arguments' types."""

    result: Type
    code: str
    fails: bool


def resolve(function: Function, arguments: Sequence[Type]) -> Resolution | None:
    """The overload for these argument types, None when there is none.

    With a dyn argument several may remain: they share the function's own code, and the result is dyn
    unless they agree on it.
    """
    found = [overload for overload in function.overloads if _takes(overload, arguments)]
    if not found:
        return None
    results = {_result(overload, arguments) for overload in found}
    result = results.pop() if len(results) == 1 else DYN
    if DYN in arguments or len(found) > 1:
        return Resolution(result, function.code, fails=True)
    return Resolution(result, found[0].code or function.code, found[0].fails)


def _takes(overload: Overload, arguments: Sequence[Type]) -> bool:
    return len(overload.parameters) == len(arguments) and all(
        fits(argument, parameter) is not Fit.NEVER
        for argument, parameter in zip(arguments, overload.parameters, strict=True)
    )


def _result(overload: Overload, arguments: Sequence[Type]) -> Type:
    return overload.result or join(arguments[0], arguments[1]) or ListOf(DYN)


ANY_LIST = ListOf(DYN)
ANY_MAP = MapOf(DYN, DYN)

# The range check of 64 bits, inline: a call would cost more than the arithmetic. `t` is a local of the
# generated function, read again before anything else can assign it.
_IN_RANGE = "(t if -9223372036854775808 <= (t := {python}) <= 9223372036854775807 else overflow())"


def _arithmetic(operator: str, code: str, *more: Overload) -> Function:
    plain = f"{{0}} {operator} {{1}}"
    integers = Overload((INT, INT), INT, _IN_RANGE.replace("{python}", plain))
    doubles = Overload((DOUBLE, DOUBLE), DOUBLE, f"({plain})", fails=False)
    return Function(code, (integers, doubles, *more))


def _temporal(left: Type, right: Type, result: Type, operator: str) -> Overload:
    return Overload((left, right), result, f"({{0}} {operator} {{1}})")


def _comparison(operator: str, code: str) -> Function:
    ordered = (INT, DOUBLE, STRING, BOOL, TIMESTAMP, DURATION)
    same = (Overload((type_, type_), BOOL, f"({{0}} {operator} {{1}})", fails=False) for type_ in ordered)
    return Function(code, tuple(same))


OPERATORS: dict[str, Function] = {
    "+": _arithmetic(
        "+",
        "add({0}, {1}, meter)",
        Overload((STRING, STRING), STRING, "concatenate({0}, {1}, meter)"),
        Overload((ANY_LIST, ANY_LIST), None, "concatenate({0}, {1}, meter)"),
        _temporal(TIMESTAMP, DURATION, TIMESTAMP, "+"),
        _temporal(DURATION, TIMESTAMP, TIMESTAMP, "+"),
        _temporal(DURATION, DURATION, DURATION, "+"),
    ),
    "-": _arithmetic(
        "-",
        "subtract({0}, {1})",
        _temporal(TIMESTAMP, TIMESTAMP, DURATION, "-"),
        _temporal(TIMESTAMP, DURATION, TIMESTAMP, "-"),
        _temporal(DURATION, DURATION, DURATION, "-"),
    ),
    "*": _arithmetic("*", "multiply({0}, {1})"),
    "/": Function("divide({0}, {1})", (Overload((INT, INT), INT), Overload((DOUBLE, DOUBLE), DOUBLE))),
    "%": Function("modulo({0}, {1})", (Overload((INT, INT), INT),)),
    "<": _comparison("<", "less({0}, {1}, meter)"),
    "<=": _comparison("<=", "less_or_equal({0}, {1}, meter)"),
    ">": _comparison(">", "greater({0}, {1}, meter)"),
    ">=": _comparison(">=", "greater_or_equal({0}, {1}, meter)"),
}
NEGATION = Function(
    "negate({0})",
    (
        Overload((INT,), INT, _IN_RANGE.replace("{python}", "-{0}")),
        Overload((DOUBLE,), DOUBLE, "(-{0})", fails=False),
    ),
)


def _conversion(code: str, result: Type, *sources: Type) -> Function:
    identity = Overload((result,), result, "{0}", fails=False)
    return Function(code, (identity, *(Overload((source,), result) for source in sources)))


def _size() -> Function:
    sized = (STRING, ANY_LIST, ANY_MAP)
    return Function("size({0})", tuple(Overload((type_,), INT, "len({0})", fails=False) for type_ in sized))


FUNCTIONS: dict[str, Function] = {
    "bool": _conversion("to_bool({0})", BOOL, STRING),
    "double": _conversion("to_double({0})", DOUBLE, INT, STRING),
    "duration": _conversion("to_duration({0})", DURATION, STRING),
    "dyn": Function("{0}", (Overload((DYN,), DYN),)),
    "int": _conversion("to_int({0})", INT, DOUBLE, STRING, TIMESTAMP),
    "size": _size(),
    "string": _conversion("to_string({0})", STRING, INT, DOUBLE, BOOL, TIMESTAMP, DURATION),
    "timestamp": _conversion("to_timestamp({0})", TIMESTAMP, STRING, INT),
}


def _on_strings(name: str, code: str = "") -> Function:
    text = Overload((STRING, STRING), BOOL, code, fails=not code)
    return Function(f'string_method("{name}", {{0}}, {{1}}, meter)', (text,))


def _part(name: str) -> Function:
    timestamps = (Overload((TIMESTAMP,), INT), Overload((TIMESTAMP, STRING), INT))
    durations = (Overload((DURATION,), INT),) if name in DURATION_PARTS else ()
    return Function(f'part("{name}", {{all}})', (*timestamps, *durations))


METHODS: dict[str, Function] = {
    "contains": _on_strings("contains"),
    "endsWith": _on_strings("endsWith", "{0}.endswith({1})"),
    "matches": _on_strings("matches"),
    "size": _size(),
    "startsWith": _on_strings("startsWith", "{0}.startswith({1})"),
    **{name: _part(name) for name in TIMESTAMP_PARTS},
}

# What CEL has and this project leaves out, by the plural that names it in the message.
LEFT_OUT = {
    "bytes": "bytes values",
    "optional": "optional values",
    "type": "type values",
    "uint": "uint values",
}
TYPE_NAMES = frozenset(
    {"bool", "bytes", "double", "dyn", "int", "list", "map", "null_type", "string", "type", "uint"}
)
