"""Values at the edge: brought into the form that their schema declares, or refused.

Works on canonical schemas as `statewright.language.schema.reader` makes them. A reason names the place and
the expectation, never the value, since it ends up in logs.
"""

from __future__ import annotations

import json
import math
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final, cast

from jsonschema import Draft202012Validator, ValidationError, validators
from jsonschema.protocols import Validator
from referencing import Registry

from statewright.diagnostics import hint, nearest
from statewright.errors import StatewrightError
from statewright.language.cel.runtime.values import Budget
from statewright.language.schema.patterns import TEXT_LENGTH_MAX, compile_pattern
from statewright.language.schema.unchanged import NOTHING, changed_items, part_of
from statewright.language.source.text import DEPTH_MAX, DocumentPath
from statewright.language.wording import kind, quoted
from statewright.strict_json import INTEGER_MAX, RoundedDouble, whole

UNIQUE_ITEMS_MAX = 1_000
_CHOICES_PER_STEP = 8
_INSTRUCTIONS_PER_STEP = 1_024  # of a compiled pattern, each on one character
UNDECLARED = "*"  # in a path: a key of an open mapping, which is the sender's data
EXACT_DOUBLE_MAX = 2**53  # beyond it a double skips integers

_REASONS = {
    "minimum": "must be at least {}",
    "exclusiveMinimum": "must be more than {}",
    "maximum": "must be at most {}",
    "exclusiveMaximum": "must be less than {}",
    "multipleOf": "must be a multiple of {}",
    "minLength": "must have at least {} characters",
    "maxLength": "must have at most {} characters",
    "pattern": "must match the pattern {}",
    "minItems": "must have at least {} items",
    "maxItems": "must have at most {} items",
    "uniqueItems": "must not repeat an item",
    "enum": "must be one of {}",
    "const": "must be {}",
}
_KINDS = {
    "integer": "an integer",
    "number": "a number",
    "string": "a string",
    "boolean": "a boolean",
    "array": "a list",
    "object": "a mapping",
    "null": "null",
}


class Violation(StrEnum):
    """How a value breaks its schema."""

    MISSING = "missing"
    UNKNOWN_FIELD = "unknown field"
    TYPE = "type"
    CONSTRAINT = "constraint"
    LIMIT = "limit"  # larger, deeper or more exact than any schema may ask for


class PayloadError(StatewrightError):
    """A value does not fit its schema. `path`: from the payload to the value, () for the payload itself.

    The message starts with the path as `path_text` writes it.
    """

    def __init__(self, path: DocumentPath, violation: Violation, reason: str) -> None:
        self.path = path
        self.violation = violation
        self.reason = reason
        super().__init__(f"{path_text(path)}: {reason}" if path else reason)


@dataclass(frozen=True, slots=True)
class Shape:
    """The structure that a schema asks for.

    `types`: none for any. `extra`: what undeclared properties must be, unless the shape is `closed` to them.
    `matched`: the text is tried on a pattern. `unique`: the items are compared with each other.
    """

    types: tuple[str, ...] = ()
    items: Shape | None = None
    properties: Mapping[str, Shape] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    extra: Shape | None = None
    closed: bool = False
    matched: bool = False
    unique: bool = False


ANYTHING = Shape()


@dataclass(frozen=True, slots=True)
class Limits:
    """What a schema asks for beyond the structure: `own` of the value itself, the others of its parts.

    None where there is nothing. `properties` holds every declared one. `steps`: of a decision's budget, for
    `own` without the `pattern`, whose steps grow with the text.
    """

    own: Validator | None
    steps: int
    pattern: str | None
    items: Limits | None
    properties: Mapping[str, Limits | None]
    extra: Limits | None


@dataclass(frozen=True, slots=True)
class ValueRule:
    """A compiled schema. `limits` is None where the structure says everything."""

    shape: Shape
    limits: Limits | None

    def conform(
        self,
        value: Any,
        path: DocumentPath = (),
        *,
        checked: Any = NOTHING,
        budget: Budget | None = None,
    ) -> Any:
        """The value in its declared form; raises PayloadError.

        `checked`: a value that conformed before. What both share is not looked at again. `budget`: of the
        decision that it is part of; raises BudgetExceeded.
        """
        normal = normalise(self.shape, value, path, checked)
        if self.limits is not None:
            _keep_within(self.limits, normal, path, checked, budget)
        return normal


def compile_rule(schema: Mapping[str, Any]) -> ValueRule:
    """`schema`: canonical, references inlined."""
    return ValueRule(shape_of(schema), _limits_of(schema))


def shape_of(schema: Mapping[str, Any]) -> Shape:
    """What `normalise` needs to know of a canonical schema."""
    types = schema.get("type", ())
    extra = schema.get("additionalProperties", True)
    return Shape(
        types=(types,) if isinstance(types, str) else tuple(types),
        items=shape_of(schema["items"]) if "items" in schema else None,
        properties={name: shape_of(part) for name, part in schema.get("properties", {}).items()},
        required=tuple(schema.get("required", ())),
        extra=None if isinstance(extra, bool) else shape_of(extra),
        closed=extra is False,
        matched="pattern" in schema,
        unique=bool(schema.get("uniqueItems")),
    )


def normalise(shape: Shape, value: Any, path: DocumentPath = (), checked: Any = NOTHING) -> Any:
    """The value with numbers in their declared form; raises PayloadError where the structure differs.

    `checked`: as for `ValueRule.conform`.
    """
    if value is checked:
        return value
    match value:
        case bool():
            return _of_type("boolean", shape, value, path)
        case int() | float():
            return _number(shape, value, path)
        case str():
            if shape.matched and len(value) > TEXT_LENGTH_MAX:
                raise PayloadError(path, Violation.LIMIT, f"is longer than {TEXT_LENGTH_MAX} characters")
            return _of_type("string", shape, value, path)
        case None:
            return _of_type("null", shape, value, path)
        case list() | tuple():
            return _list(shape, list(value), path, checked)
        case dict() | Mapping():
            return _mapping(shape, value, path, checked)
        case _:
            raise PayloadError(path, Violation.TYPE, "is not a JSON value")


def path_text(path: DocumentPath) -> str:
    """
    >>> path_text(("lines", 0, "sku"))
    'lines[0].sku'
    """
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def unknown_field(name: str, known: list[str]) -> str:
    """What to say about a field that nobody declared. Its name is the sender's: only a near miss is shown."""
    if nearest(name, known) is None:
        return f"a field that is unknown{hint('', known)}"
    return f"unknown field {quoted(name)}{hint(name, known)}"


def _reason(error: ValidationError) -> str:
    limit: Any = error.validator_value
    shown = ", ".join(quoted(choice) for choice in limit[:8]) if error.validator == "enum" else quoted(limit)
    return _REASONS[str(error.validator)].format(shown)


def _matches(_validator: Any, pattern: str, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and not compile_pattern(pattern).found_in(value):
        yield ValidationError("no match")


def _divides(_validator: Any, factor: float, value: Any, _schema: Any) -> Iterator[ValidationError]:
    """In decimal, as both are written: in binary 19.99 is no multiple of 0.01."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and (Fraction(repr(value)) / Fraction(repr(factor))).denominator != 1:
        yield ValidationError("no multiple")


def _differ(_validator: Any, unique: bool, value: Any, _schema: Any) -> Iterator[ValidationError]:
    """In linear time: jsonschema compares each pair, which takes seconds for 1,000 objects."""
    if unique and isinstance(value, list) and len({_identity(item) for item in value}) < len(value):
        yield ValidationError("repeated")


def _identity(value: Any) -> Hashable:
    """Equal for values that JSON Schema calls equal: 1 and 1.0 are, 1 and true are not."""
    match value:
        case bool():
            return ("boolean", value)
        case list():
            return ("list", *map(_identity, value))
        case dict():
            return ("mapping", frozenset((name, _identity(part)) for name, part in value.items()))
        case _:
            return cast(Hashable, value)


def _of_type(name: str, shape: Shape, value: Any, path: DocumentPath) -> Any:
    if shape.types and name not in shape.types:
        expected = " or ".join(_KINDS[allowed] for allowed in shape.types)
        raise PayloadError(path, Violation.TYPE, f"must be {expected}, this is {kind(value)}")
    return value


def _number(shape: Shape, value: float, path: DocumentPath) -> int | float:
    """`value`: an int or a float; where both or neither are declared it stays what it is."""
    if isinstance(value, float) and not math.isfinite(value):
        raise PayloadError(path, Violation.TYPE, "must be a finite number")
    integers, doubles = "integer" in shape.types, "number" in shape.types
    if doubles and not integers:
        return _double(value, path)
    if integers and not doubles:
        value = _integer(value, path)
    elif isinstance(value, RoundedDouble) and not value.keeps_digits and value.exact is not None:
        value = value.exact
    if isinstance(value, int) and whole(value) is None:
        raise PayloadError(path, Violation.LIMIT, "must fit in 64 bits")
    if not doubles:
        _of_type("integer" if isinstance(value, int) else "number", shape, value, path)
    return value if isinstance(value, int) else value + 0.0  # -0.0 becomes 0.0


def _integer(value: float, path: DocumentPath) -> int | float:
    """The integer that `value` denotes; a fraction stays what it is."""
    integer = whole(value)
    if integer is None and abs(value) >= INTEGER_MAX:
        raise PayloadError(path, Violation.LIMIT, "must fit in 64 bits")
    return value if integer is None else integer


def _double(value: float, path: DocumentPath) -> float:
    if isinstance(value, int) and abs(value) > EXACT_DOUBLE_MAX:
        raise PayloadError(path, Violation.LIMIT, "must be at most 2^53 in magnitude to be an exact number")
    return float(value) + 0.0


def _list(shape: Shape, value: list[Any], path: DocumentPath, checked: Any) -> list[Any]:
    _of_type("array", shape, value, path)
    _check_depth(path)
    if shape.unique and len(value) > UNIQUE_ITEMS_MAX:
        raise PayloadError(
            path, Violation.LIMIT, f"has more than {UNIQUE_ITEMS_MAX} items, too many to compare"
        )
    items = shape.items or ANYTHING
    for index, item, before in changed_items(value, checked):
        value[index] = normalise(items, item, (*path, index), before)
    return value


def _mapping(shape: Shape, value: Mapping[str, Any], path: DocumentPath, checked: Any) -> dict[str, Any]:
    _of_type("object", shape, {}, path)
    _check_depth(path)
    for name in shape.required:
        if name not in value:
            raise PayloadError((*path, name), Violation.MISSING, "is missing")
    normal = {}
    for name, part in value.items():
        if not isinstance(name, str):
            raise PayloadError(path, Violation.TYPE, "has a key that is not a string")
        expected = shape.properties.get(name, shape.extra or ANYTHING)
        if shape.closed and name not in shape.properties:
            raise PayloadError(path, Violation.UNKNOWN_FIELD, unknown_field(name, list(shape.properties)))
        place = (*path, name if name in shape.properties else UNDECLARED)
        normal[name] = normalise(expected, part, place, part_of(checked, name))
    return normal


def _check_depth(path: DocumentPath) -> None:
    if len(path) >= DEPTH_MAX:
        raise PayloadError((), Violation.LIMIT, f"is nested deeper than {DEPTH_MAX} levels")


def _keep_within(limits: Limits, value: Any, path: DocumentPath, checked: Any, budget: Budget | None) -> None:
    if value is checked:
        return
    match value:
        case list() if limits.items is not None:
            for index, item, before in changed_items(value, checked):
                _keep_within(limits.items, item, (*path, index), before, budget)
        case dict():
            for name, part in value.items():
                place = (*path, name if name in limits.properties else UNDECLARED)
                inner = limits.properties.get(name, limits.extra)
                if inner is not None:
                    _keep_within(inner, part, place, part_of(checked, name), budget)
    if limits.own is None:
        return
    # An equal value counts nothing: whether it is the same object depends on where it was loaded.
    if budget is not None and not (type(value) is type(checked) and value == checked):
        _spend_on(limits, value, budget)
    error = next(limits.own.iter_errors(value), None)
    if error is not None:
        raise PayloadError(path, Violation.CONSTRAINT, _reason(error))


def _spend_on(limits: Limits, value: Any, budget: Budget) -> None:
    budget.spend(limits.steps)
    if limits.pattern is not None and isinstance(value, str):
        budget.spend(len(value) * compile_pattern(limits.pattern).size // _INSTRUCTIONS_PER_STEP)


def _limits_of(schema: Mapping[str, Any]) -> Limits | None:
    own = {keyword: schema[keyword] for keyword in schema if keyword in _REASONS}
    extra = schema.get("additionalProperties")
    limits = Limits(
        _Constraints(own, registry=_REGISTRY) if own else None,
        _steps(own),
        own.get("pattern"),
        _limits_of(schema["items"]) if "items" in schema else None,
        {name: _limits_of(part) for name, part in schema.get("properties", {}).items()},
        _limits_of(extra) if isinstance(extra, Mapping) else None,
    )
    found = (limits.own, limits.items, limits.extra, *limits.properties.values())
    return limits if any(part is not None for part in found) else None


def _steps(own: Mapping[str, Any]) -> int:
    """As jsonschema takes them: some microseconds for a value, for each keyword, and for each few choices."""
    text = json.dumps([own.get("enum"), own.get("const")])
    choices = sum(map(text.count, ",:[{"))  # lists and objects are compared part by part
    return 1 + 2 * len(own) // 3 + choices // _CHOICES_PER_STEP


_REGISTRY: Final[Registry[Any]] = Registry()
_Constraints: Final[Any] = validators.extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"pattern": _matches, "multipleOf": _divides, "uniqueItems": _differ}
)
