"""Remedies as one line of YAML to merge into the new version.

Mappings are merged, and a payload field is replaced as a whole. Pure text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import yaml

from statewright.analysis.values import sample_values
from statewright.canonical import canonical_json
from statewright.evolution.compat.correspondence import Pair
from statewright.language.model import Definition, EventSpec
from statewright.language.schema.payloads import Field
from statewright.language.source.document import DocumentPath

KEEP_VALID = "keep old payloads valid: make the field optional, give it a `default`, or widen its schema"


def keep_command(command: str) -> str:
    """The remedy for a removed command. SQS retains a message for at most 14 days."""
    limit = "up to 14 days, and another 14 for dead letters"
    return f'keep "{command}" until no queue can still contain it: {limit}'


class _Written(yaml.SafeDumper):
    """Writes no anchors, because definitions must not contain them."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


def yaml_at(path: DocumentPath, value: object) -> str:
    """The value at a path, as one line in flow style.

    >>> yaml_at(("events", "Paid", "retired"), [{"from": "open"}])
    'events: {Paid: {retired: [{from: open}]}}'
    """
    for key in reversed(path):
        value = {key: value}
    return yaml_flow(value)[1:-1]


def yaml_flow(value: object) -> str:
    """The value as one line in flow style; a mapping keeps its braces."""
    text = yaml.dump(
        value, Dumper=_Written, default_flow_style=True, sort_keys=False, width=2**20, allow_unicode=True
    )
    return str(text).strip()


def event_yaml(definition: Definition, event: str, changes: Mapping[str, object]) -> str:
    """Changes to an event. If no events are declared yet, every emitted event gets an entry."""
    if definition.events is not None:
        return yaml_at(("events", event), changes)
    return yaml_at(("events",), {**dict.fromkeys(_emitted(definition)), event: changes})


def renamed_yaml(definition: Definition, path: DocumentPath, former: Iterable[str]) -> str:
    """`renamed_from` with the declared former names and the missing ones."""
    written = definition.document.at(path)
    known = written.get("renamed_from", []) if isinstance(written, Mapping) else []
    return yaml_at((*path, "renamed_from"), list(dict.fromkeys([*known, *former])))


def retired_yaml(pair: Pair, event: str, rows: Iterable[Mapping[str, str]], **more: object) -> str:
    """`retired` with the declared rows and the missing ones. `more`: other keys of the event."""
    spec = (pair.new.definition.events or {}).get(event)
    kept = [_row(one.source, one.target) for one in (spec.retired if spec else ())]
    fresh = [dict(row) for row in rows if dict(row) not in kept]
    return event_yaml(pair.new.definition, event, {**more, "retired": [*kept, *fresh]})


def field_yaml(
    element: DocumentPath, field: Field, former: Iterable[str], *, optional: Iterable[str] = ()
) -> str:
    """A complete payload field of an event or a command. `optional`: every optional field."""
    written: dict[str, object] = {key: part for key, part in field.schema.items() if key != "default"}
    if field.has_default:
        written["default"] = field.default
    if names := list(dict.fromkeys(former)):
        written["renamed_from"] = names
    fields: dict[str, object] = {"payload": {field.name: written}}
    if some := list(dict.fromkeys(optional)):
        fields["optional"] = some
    return yaml_at(element, fields)


def event_field_yaml(event: EventSpec, field: Field, *forgotten: str) -> str:
    """A complete field of an event's payload, with its former names and the missing ones."""
    former = [name for name, now in event.fields_renamed.items() if now == field.name]
    return field_yaml(("events", event.name), field, [*former, *forgotten])


def upcast_yaml(event: EventSpec, field: str, *, is_lacking: bool) -> str | None:
    """A new event version with an upcast that gives a simple fitting value; None if no value is known.

    `is_lacking`: stored events never have the field; otherwise an existing value is kept.
    """
    guesses = sample_values(event.payload.fields[field].schema, [])
    if not guesses:
        return None
    if is_lacking:
        return _link_yaml(event, {field: _constant(guesses[0])})
    return _link_yaml(event, {field: f"has(event.{field}) ? event.{field} : {_constant_text(guesses[0])}"})


def converting_yaml(event: EventSpec, field: str) -> str:
    """A new event version with an upcast that converts the stored value to a string."""
    return _link_yaml(event, {field: f"string(event.{field})"})


def payload_yaml(pair: Pair, command: str, field: object) -> str | None:
    """The old declaration of a command's field under its current name; None if it does not apply."""
    old, new = ((machine.definition.commands or {}).get(command) for machine in (pair.old, pair.new))
    if old is None or new is None or not isinstance(field, str):
        return None
    optional = [name for name, one in new.payload.fields.items() if one.optional]
    renames = {**old.fields_renamed, **new.fields_renamed}
    former = [name for name, now in renames.items() if now == field]
    names = (name for name in (field, *former) if name in old.payload.fields)
    before, after = old.payload.fields.get(next(names, "")), new.payload.fields.get(field)
    if before is None:
        return yaml_at(("commands", command, "optional"), [*optional, field]) if after else None
    if after and str(after.type) != str(before.type):
        return None
    more = [*optional, field] if before.optional else optional
    return field_yaml(("commands", command), replace(before, name=field), former, optional=more)


def _link_yaml(event: EventSpec, link: Mapping[str, object]) -> str:
    return yaml_at(("events", event.name), {"version": event.version + 1, "upcast": {event.version: link}})


def _constant(value: Any) -> object:
    """A YAML value for an upcast. Strings are expressions there, so text needs inner quotes."""
    return value if isinstance(value, bool | int | float) else _constant_text(value)


def _constant_text(value: Any) -> str:
    is_plain = isinstance(value, str) and value.isprintable() and not {*value} & {*"'\\"}
    return f"'{value}'" if is_plain else canonical_json(value)


def _row(source: str, target: str | None) -> dict[str, str]:
    return {"from": source} if target is None else {"from": source, "target": target}


def _emitted(definition: Definition) -> list[str]:
    lists = [*definition.accepts.values()]
    lists += [branches for state in definition.states.values() for branches in state.accepts.values()]
    return list(dict.fromkeys(one.event for some in lists for branch in some for one in branch.emits))
