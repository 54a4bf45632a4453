"""Declared fields, and the payloads of commands, events and data that consist of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from statewright.language.cel.runtime.values import Budget
from statewright.language.cel.types import Record, RecordField, Type
from statewright.language.schema.stored_values import Reading, readings_of
from statewright.language.schema.structure import ANYTHING, normalise
from statewright.language.schema.unchanged import NOTHING, part_of
from statewright.language.schema.values import ValueRule, compile_rule
from statewright.language.schema.violations import PayloadError, Violation, unknown_field

__all__ = ["MISSING", "Field", "Payload", "PayloadError", "Violation", "record_type"]


class _Missing(Enum):
    MISSING = "missing"


MISSING: Final = _Missing.MISSING


@dataclass(frozen=True, slots=True)
class Field:
    """One declared field.

    `schema`: canonical JSON Schema with references inlined; equal for equivalent notations.
    `default`: normalised, or MISSING.
    """

    name: str
    schema: Mapping[str, Any]
    type: Type
    optional: bool = False
    default: Any = MISSING
    description: str | None = None

    @property
    def has_default(self) -> bool:
        return self.default is not MISSING


@dataclass(frozen=True)
class Payload:
    """A closed set of fields, or any JSON object if `is_open`."""

    fields: Mapping[str, Field]
    is_open: bool = False
    _rules: Mapping[str, ValueRule] = field(init=False, repr=False, compare=False)
    _required: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _defaults: Mapping[str, Any] = field(init=False, repr=False, compare=False)
    _readings: Mapping[str, Reading] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        optional = {name for name, declared in self.fields.items() if declared.optional}
        rules = {name: compile_rule(declared.schema) for name, declared in self.fields.items()}
        defaults = {name: self.fields[name].default for name in rules if name in optional}
        object.__setattr__(self, "_rules", rules)
        object.__setattr__(self, "_required", tuple(name for name in rules if name not in optional))
        object.__setattr__(
            self, "_defaults", {name: default for name, default in defaults.items() if default is not MISSING}
        )
        schemas = {name: declared.schema for name, declared in self.fields.items()}
        object.__setattr__(self, "_readings", readings_of(schemas))

    @classmethod
    def open(cls) -> Payload:
        """The payload of an undeclared command or event."""
        return cls({}, is_open=True)

    def conform(
        self,
        value: Mapping[str, Any],
        *,
        fill_defaults: bool = False,
        checked: Any = NOTHING,
        budget: Budget | None = None,
    ) -> dict[str, Any]:
        """Validate a payload and return it with normalised values. Raises PayloadError and BudgetExceeded.

        `fill_defaults`: add the defaults of absent optional fields, as for a command before its guards.
        `checked`: an earlier valid payload; parts shared with it are not checked again.
        `budget`: the budget of the decision, if any.
        """
        if self.is_open:
            return {name: normalise(ANYTHING, part, (name,)) for name, part in value.items()}
        conformed = {}
        for name, part in value.items():
            rule = self._rules.get(name)
            if rule is None:
                raise PayloadError((), Violation.UNKNOWN_FIELD, unknown_field(name, list(self._rules)))
            conformed[name] = rule.conform(part, (name,), checked=part_of(checked, name), budget=budget)
        for name in self._required:
            if name not in conformed:
                raise PayloadError((name,), Violation.MISSING, "is missing")
        return {**self._defaults, **conformed} if fill_defaults else conformed

    def needs_upgrade(self, renamed: Mapping[str, str]) -> bool:
        """Whether `upgrade` could change a payload."""
        return bool(renamed or self._defaults or self._readings)

    def upgrade(self, stored: Mapping[str, Any], renamed: Mapping[str, str]) -> dict[str, Any]:
        """Bring a stored payload to the current form: current names, defaults and number types.

        Does not validate. `renamed`: old field name -> current name.
        """
        return self.read(
            {**self._defaults, **{renamed.get(name, name): part for name, part in stored.items()}}
        )

    def read(self, stored: dict[str, Any]) -> dict[str, Any]:
        """Convert numbers to the declared types in place and return the dict. Does not validate."""
        for name, reading in self._readings.items():
            if name in stored:
                stored[name] = reading(stored[name])
        return stored


def record_type(fields: Mapping[str, Field]) -> Record:
    """The record type of the fields. Fields with a default are never absent."""
    return Record(
        {
            name: RecordField(declared.type, declared.optional and not declared.has_default)
            for name, declared in fields.items()
        }
    )
