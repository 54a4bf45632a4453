"""Derives the values of a field, from the setters of a data field or the branches that emit an event field.

The functions return True only if every possible value fits.
"""

from __future__ import annotations

from collections.abc import Iterator

from statewright.analysis.results import Known, Results, counted, results
from statewright.analysis.schemas import Schema, losses
from statewright.language.cel.syntax import Chain
from statewright.language.model import Branch, Definition, Emission, EventSpec
from statewright.language.schema.payloads import Field, Payload
from statewright.machine.compiled import Machine

# Further values in guards and `with`; a time is only used as text.
_CONTEXT: dict[Chain, Results] = dict.fromkeys((("now",), ("state",), ("actor", "id")), ({"type": "string"},))


def always_set_within(definition: Definition, name: str, schema: Schema, *, unknown: bool = False) -> bool:
    """Whether every setter of a data field gives a value that fits the schema.

    `unknown`: the answer for setters whose values cannot be derived.
    """
    for event in (definition.events or {}).values():
        if name in event.set:
            values = results(event.set[name], known_to_setters(definition, event))
            if values is None and not unknown:
                return False
            if any(any(losses(value, schema)) for value in values or ()):
                return False
    return True


def always_emitted_within(machine: Machine, event: str, name: str, schema: Schema) -> bool:
    """Whether every value that branches emit in an event field fits the schema."""
    return all(
        value is not None and not any(any(losses(one, schema)) for one in value)
        for command, branch, emission in _emissions(machine, event)
        for value in [_emitted(machine.definition, command, emission, name)]
    )


def known_to_setters(definition: Definition, event: EventSpec) -> Known:
    """The values that setters of an event may read. Counters stay within the length of a stream."""
    always: dict[Chain, Results] = {("data", name): (counted(definition, name),) for name in definition.data}
    there, perhaps = _fields(event.payload, "event")
    return Known(always | there, perhaps)


def _emissions(machine: Machine, event: str) -> Iterator[tuple[str, Branch, Emission]]:
    for row in machine.rows.values():
        for command, branches in row.items():
            for branch in branches:
                yield from ((command, branch, one) for one in branch.emits if one.event == event)


def _emitted(definition: Definition, command: str, emission: Emission, name: str) -> Results | None:
    """None if the values cannot be derived; empty if the field is left out."""
    spec = (definition.commands or {}).get(command)
    always, perhaps = _fields(spec.payload, "command") if spec else ({}, {})
    if name in emission.overrides:
        data: dict[Chain, Results] = {
            ("data", key): (field.schema,) for key, field in definition.data.items()
        }
        return results(emission.overrides[name], Known(_CONTEXT | data | always, perhaps))
    if emission.copied is None or name not in emission.copied:
        return None if emission.copied is None else ()
    return always.get(("command", name), perhaps.get(("command", name)))


def _fields(payload: Payload, root: str) -> tuple[dict[Chain, Results], dict[Chain, Results]]:
    """The fields that are always present, and those that may be absent."""
    always: dict[Chain, Results] = {}
    perhaps: dict[Chain, Results] = {}
    for name, field in payload.fields.items():
        there = perhaps if field.optional and not field.has_default else always
        there[root, name] = _values(field)
    return always, perhaps


def _values(field: Field) -> Results:
    return (field.schema, {"const": field.default}) if field.has_default else (field.schema,)
