"""Upcasting: a stored payload of an older version of its event, brought to today's on the way to the fold.

Pure, and nothing is written back: the stored event stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from statewright.errors import EvaluationError, UpcastError, ValueNotComputed
from statewright.language.cel import Expression
from statewright.language.model import EventSpec
from statewright.language.schema.payloads import PayloadError
from statewright.machine.size_limits import CHARACTERS_MAX, is_too_large


def not_computed(values: Mapping[str, Expression], *arguments: Any) -> ValueNotComputed | None:
    """The first of the values that there is none of for these arguments, to be named once all have failed."""
    for name, value in values.items():
        try:
            value.function(*arguments)
        except EvaluationError as error:
            return ValueNotComputed(name, value.source, error)
    return None


def upcast(event: EventSpec, stored: Mapping[str, Any], *, event_version: int) -> dict[str, Any]:
    """The payload in today's form, with the defaults that it lacks. `event_version`: 1 to `event.version`.

    Renamed fields have today's names before the first upcast. Fields that today's payload does not declare
    are left out after the last. Raises UpcastError where a value has none, or none that fits the payload, and
    as soon as a payload grows too large: a chain of lists of lists makes gigabytes of a small event.
    """
    payload = {event.fields_renamed.get(name, name): value for name, value in stored.items()}
    for number, values in zip(count(event_version), event.upcasts[event_version - 1 :], strict=False):
        try:
            # A new mapping: a value may hold the whole payload, which must not become part of itself.
            payload = payload | {name: value.function(payload) for name, value in values.items()}
        except EvaluationError as error:
            named = not_computed(values, payload) or error
            raise UpcastError(number, str(named), cause=named.cause) from error
        if is_too_large(payload):
            raise UpcastError(number, f"the payload grows beyond {CHARACTERS_MAX:,} characters")
    declared = {name: value for name, value in payload.items() if name in event.payload.fields}
    try:
        return event.payload.conform(declared, fill_defaults=True)
    except PayloadError as error:
        raise UpcastError(event.version - 1, f"{error}") from error
