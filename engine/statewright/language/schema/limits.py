"""Checks a schema's constraints beyond structure: bounds, lengths, choices and patterns.

Expects values whose structure fits, and canonical schemas.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, cast

from jsonschema import Draft202012Validator, ValidationError, validators
from jsonschema.protocols import Validator
from referencing import Registry

from statewright.language.cel.runtime.values import Budget
from statewright.language.schema.patterns import compile_pattern
from statewright.language.schema.unchanged import changed_items, part_of
from statewright.language.schema.violations import UNDECLARED, PayloadError, Violation
from statewright.language.source.text import DocumentPath
from statewright.language.wording import quoted

_CHOICES_PER_STEP = 8
_INSTRUCTIONS_PER_STEP = 1_024  # instructions of a compiled pattern, each executed on one character

_REASONS = {
    "minimum": "must be at least {}",
    "exclusiveMinimum": "must be greater than {}",
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


@dataclass(frozen=True, slots=True)
class Limits:
    """The constraints of a schema beyond structure: `own` for the value itself, the others for its parts.

    A part without constraints is None. `properties` holds all declared properties. `steps`: the budget steps
    for `own`, not counting `pattern`, whose cost depends on the text.
    """

    own: Validator | None
    steps: int
    pattern: str | None
    items: Limits | None
    properties: Mapping[str, Limits | None]
    extra: Limits | None


def limits_of(schema: Mapping[str, Any]) -> Limits | None:
    """Compile the constraints of a canonical schema, or return None."""
    own = {keyword: schema[keyword] for keyword in schema if keyword in _REASONS}
    extra = schema.get("additionalProperties")
    limits = Limits(
        _Constraints(own, registry=_REGISTRY) if own else None,
        _steps(own),
        own.get("pattern"),
        limits_of(schema["items"]) if "items" in schema else None,
        {name: limits_of(part) for name, part in schema.get("properties", {}).items()},
        limits_of(extra) if isinstance(extra, Mapping) else None,
    )
    found = (limits.own, limits.items, limits.extra, *limits.properties.values())
    return limits if any(part is not None for part in found) else None


def keep_within(limits: Limits, value: Any, path: DocumentPath, checked: Any, budget: Budget | None) -> None:
    """Raises PayloadError if the value violates a constraint. Parts shared with `checked` are skipped."""
    if value is checked:
        return
    match value:
        case list() if limits.items is not None:
            for index, item, before in changed_items(value, checked):
                keep_within(limits.items, item, (*path, index), before, budget)
        case dict():
            for name, part in value.items():
                place = (*path, name if name in limits.properties else UNDECLARED)
                inner = limits.properties.get(name, limits.extra)
                if inner is not None:
                    keep_within(inner, part, place, part_of(checked, name), budget)
    if limits.own is None:
        return
    # An equal value costs no steps, so that the cost does not depend on object identity after loading.
    if budget is not None and not (type(value) is type(checked) and value == checked):
        _spend_on(limits, value, budget)
    error = next(limits.own.iter_errors(value), None)
    if error is not None:
        raise PayloadError(path, Violation.CONSTRAINT, _reason(error))


def _spend_on(limits: Limits, value: Any, budget: Budget) -> None:
    budget.spend(limits.steps)
    if limits.pattern is not None and isinstance(value, str):
        budget.spend(len(value) * compile_pattern(limits.pattern).size // _INSTRUCTIONS_PER_STEP)


def _steps(own: Mapping[str, Any]) -> int:
    """Estimate the time jsonschema takes: a base, plus microseconds per keyword and per few choices."""
    text = json.dumps([own.get("enum"), own.get("const")])
    choices = sum(map(text.count, ",:[{"))  # lists and objects are compared part by part
    return 1 + 2 * len(own) // 3 + choices // _CHOICES_PER_STEP


def _reason(error: ValidationError) -> str:
    limit: Any = error.validator_value
    shown = ", ".join(quoted(choice) for choice in limit[:8]) if error.validator == "enum" else quoted(limit)
    reason = _REASONS[str(error.validator)]
    if limit == 1 and reason.endswith(("characters", "items")):
        reason = reason.removesuffix("s")
    return reason.format(shown)


def _matches(_validator: Any, pattern: str, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and not compile_pattern(pattern).found_in(value):
        yield ValidationError("no match")


def _divides(_validator: Any, factor: float, value: Any, _schema: Any) -> Iterator[ValidationError]:
    """Check `multipleOf` in decimal notation: in binary, 19.99 is not a multiple of 0.01."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and (Fraction(repr(value)) / Fraction(repr(factor))).denominator != 1:
        yield ValidationError("no multiple")


def _differ(_validator: Any, unique: bool, value: Any, _schema: Any) -> Iterator[ValidationError]:
    """Check `uniqueItems` in linear time. jsonschema compares all pairs: seconds for 1,000 objects."""
    if unique and isinstance(value, list) and len({_identity(item) for item in value}) < len(value):
        yield ValidationError("repeated")


def _identity(value: Any) -> Hashable:
    """A key that is equal for values that JSON Schema considers equal: 1 and 1.0, but not 1 and true."""
    match value:
        case bool():
            return ("boolean", value)
        case list():
            return ("list", *map(_identity, value))
        case dict():
            return ("mapping", frozenset((name, _identity(part)) for name, part in value.items()))
        case _:
            return cast(Hashable, value)


_REGISTRY: Final[Registry[Any]] = Registry()
_Constraints: Final[Any] = validators.extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"pattern": _matches, "multipleOf": _divides, "uniqueItems": _differ}
)
