"""What fields may hold, told from the text: by all that sets a data field, by all that an event takes over.

Says yes only where every value surely fits.
"""

from __future__ import annotations

from collections.abc import Iterator

from statewright.analysis.results import Known, Results, counted, results
from statewright.analysis.schemas import Schema, losses
from statewright.language.cel.syntax import Chain
from statewright.language.model import Branch, Definition, Emission, EventSpec
from statewright.language.schema.payloads import Field, Payload
from statewright.machine.compiled import Machine

# What guards and `with` see besides; a time is read by way of its text only.
_CONTEXT: dict[Chain, Results] = dict.fromkeys((("now",), ("state",), ("actor", "id")), ({"type": "string"},))


def always_set_within(definition: Definition, name: str, schema: Schema, *, unknown: bool = False) -> bool:
    """Whether all that events set a data field to surely has a value, and one that fits the schema.

    `unknown`: what to say of setters of which nobody can tell.
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
    """Whether all that branches store in a field of an event surely fits the schema."""
    return all(
        value is not None and not any(any(losses(one, schema)) for one in value)
        for command, branch, emission in _emissions(machine, event)
        for value in [_emitted(machine.definition, command, emission, name)]
    )


def known_to_setters(definition: Definition, event: EventSpec) -> Known:
    """What the setters of an event may read: data that count stay within what a stream can count to."""
    always: dict[Chain, Results] = {("data", name): (counted(definition, name),) for name in definition.data}
    there, perhaps = _fields(event.payload, "event")
    return Known(always | there, perhaps)


def _emissions(machine: Machine, event: str) -> Iterator[tuple[str, Branch, Emission]]:
    for row in machine.rows.values():
        for command, branches in row.items():
            for branch in branches:
                yield from ((command, branch, one) for one in branch.emits if one.event == event)


def _emitted(definition: Definition, command: str, emission: Emission, name: str) -> Results | None:
    """None where nobody can tell; nothing where the field is left out."""
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
    """Those that are surely there, and those that may be absent."""
    always: dict[Chain, Results] = {}
    perhaps: dict[Chain, Results] = {}
    for name, field in payload.fields.items():
        there = perhaps if field.optional and not field.has_default else always
        there[root, name] = _values(field)
    return always, perhaps


def _values(field: Field) -> Results:
    return (field.schema, {"const": field.default}) if field.has_default else (field.schema,)
