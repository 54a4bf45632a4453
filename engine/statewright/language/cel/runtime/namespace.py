"""The names that generated code may use, and nothing else: it sees no Python builtins but those listed.

`functions` and `compiler` write these names; a name that is missing here shows at the first evaluation.
"""

from __future__ import annotations

from typing import NoReturn

from statewright.errors import EvaluationError
from statewright.language.cel.runtime import arithmetic, comparing, conforming, conversion, macros, values


def unknown(what: str) -> NoReturn:
    """Where an expression that was not type-checked names something that does not exist."""
    raise EvaluationError(f'unknown name "{what}"')


def negated(value: values.Value) -> bool:
    """`!`"""
    return not values.truth(value)


NAMESPACE: dict[str, object] = {
    "__builtins__": {"len": len},
    "FAILURES": values.FAILURES,
    **{
        function.__name__: function
        for function in (
            arithmetic.add,
            arithmetic.concatenate,
            arithmetic.divide,
            arithmetic.modulo,
            arithmetic.multiply,
            arithmetic.negate,
            arithmetic.subtract,
            comparing.contains,
            comparing.contains_scalar,
            comparing.equal,
            comparing.greater,
            comparing.greater_or_equal,
            comparing.has,
            comparing.index,
            comparing.less,
            comparing.less_or_equal,
            comparing.make_map,
            comparing.select,
            conforming.require,
            conversion.part,
            conversion.size,
            conversion.string_method,
            conversion.to_bool,
            conversion.to_double,
            conversion.to_duration,
            conversion.to_int,
            conversion.to_string,
            conversion.to_timestamp,
            macros.all_hold,
            macros.conjunction,
            macros.disjunction,
            macros.exists,
            macros.exists_one,
            macros.keep,
            macros.transform,
            macros.transform_kept,
            negated,
            unknown,
            values.Meter,
            values.explain,
            values.overflow,
            values.truth,
        )
    },
}
