"""Checks values against expected types at run time, where static types could not decide."""

from __future__ import annotations

from statewright.errors import EvaluationError
from statewright.language.cel.runtime.values import INT_MAX, INT_MIN, Value, type_name
from statewright.language.cel.types import DYN, ListOf, MapOf, Nullable, Record, Scalar, Type


def require(value: Value, type_: Type) -> Value:
    """Return the value. Raises EvaluationError if it does not fit `type_`."""
    if not conforms(value, type_):
        raise EvaluationError(f"this {type_name(value)} does not fit the expected type {type_}")
    return value


def conforms(value: Value, type_: Type) -> bool:
    """Whether the value has exactly this type, including all its parts. An int must fit in 64 bits."""
    match type_:
        case Nullable():
            return value is None or conforms(value, type_.inner)
        case ListOf():
            return isinstance(value, list) and all(conforms(item, type_.item) for item in value)
        case MapOf():
            return isinstance(value, dict) and all(
                conforms(key, type_.key) and conforms(item, type_.value) for key, item in value.items()
            )
        case Record():
            return isinstance(value, dict) and _is_record(value, type_)
        case Scalar():
            return type_ == DYN or (
                type_name(value) == type_.name and (type(value) is not int or INT_MIN <= value <= INT_MAX)
            )


def _is_record(value: dict[Value, Value], record: Record) -> bool:
    required = {name for name, field in record.fields.items() if not field.optional}
    return required <= value.keys() <= record.fields.keys() and all(
        conforms(item, record.fields[name].type) for name, item in value.items()
    )
