"""Upcasting: converts a stored payload of an older event version to the current version before folding.

The stored event itself is never changed.
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
    """Find the value that cannot be computed, after evaluating all of them together has failed."""
    for name, value in values.items():
        try:
            value.function(*arguments)
        except EvaluationError as error:
            return ValueNotComputed(name, value.source, error)
    return None


def upcast(event: EventSpec, stored: Mapping[str, Any], *, event_version: int) -> dict[str, Any]:
    """Return the payload in its current form, including defaults. `event_version`: 1 to `event.version`.

    Fields are renamed before the first upcast, and undeclared fields are dropped after the last one. Raises
    UpcastError if a value cannot be computed or does not fit, or if the payload becomes too large: a chain
    of nested lists can turn a small event into gigabytes.
    """
    payload = {event.fields_renamed.get(name, name): value for name, value in stored.items()}
    for number, values in zip(count(event_version), event.upcasts[event_version - 1 :], strict=False):
        try:
            # A new mapping, because a value may contain the whole payload, which must not contain itself.
            payload = payload | {name: value.function(payload) for name, value in values.items()}
        except EvaluationError as error:
            named = not_computed(values, payload) or error
            raise UpcastError(number, str(named), cause=named.cause) from error
        if is_too_large(payload):
            raise UpcastError(number, f"the payload has more than {CHARACTERS_MAX:,} characters")
    declared = {name: value for name, value in payload.items() if name in event.payload.fields}
    try:
        return event.payload.conform(declared, fill_defaults=True)
    except PayloadError as error:
        raise UpcastError(event.version - 1, f"{error}") from error
