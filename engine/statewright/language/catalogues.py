"""Reads the catalogues of a definition: data, commands and events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from statewright.diagnostics import Code, hint
from statewright.language.cel import Expression
from statewright.language.draft import Draft, items, mapping, notes, texts
from statewright.language.model import CommandSpec, EventSpec, Retired
from statewright.language.renames import event_renames, field_renames
from statewright.language.schema.payloads import Field, Payload, record_type
from statewright.language.source.document import DocumentPath
from statewright.language.upcasts import read_upcasts


def read_data(draft: Draft) -> Mapping[str, Field]:
    """Return the fields of an aggregate's data. Also check the file's `types`, including unused ones."""
    draft.fields.read_types()
    field_renames(draft, ("data",))
    return draft.fields.read_fields(("data",), defaults_needed=True)


def read_commands(draft: Draft) -> Mapping[str, CommandSpec] | None:
    """Return the declared commands, or None if the section is missing."""
    section = draft.document.value
    if "commands" not in section:
        return None
    return {name: _command(draft, name, entry) for name, entry in mapping(section["commands"]).items()}


def read_events(draft: Draft) -> Mapping[str, EventSpec] | None:
    """Return the declared events, or None if the section is missing. Call `read_data` first."""
    section = draft.document.value
    if "events" not in section:
        return None
    written = mapping(section["events"])
    renames = event_renames(draft, written)
    return {name: _event(draft, name, mapping(entry), renames[name]) for name, entry in written.items()}


def _command(draft: Draft, name: str, entry: Any) -> CommandSpec:
    written = mapping(entry)
    path = ("commands", name)
    renamed = field_renames(draft, (*path, "payload"))
    return CommandSpec(name, _payload(draft, path), texts(written.get("roles")), renamed, notes(written))


def _event(draft: Draft, name: str, written: Mapping[str, Any], renamed_from: tuple[str, ...]) -> EventSpec:
    path = ("events", name)
    payload = _payload(draft, path)
    return EventSpec(
        name=name,
        payload=payload,
        set=_setters(draft, mapping(written.get("set")), (*path, "set"), payload),
        upcasts=read_upcasts(draft, written, path, payload),
        retired=_retired(draft, items(written.get("retired")), (*path, "retired")),
        renamed_from=renamed_from,
        fields_renamed=field_renames(draft, (*path, "payload")),
        notes=notes(written),
    )


def _payload(draft: Draft, path: DocumentPath) -> Payload:
    return Payload(draft.fields.read_fields((*path, "payload"), optional=(*path, "optional")))


def _setters(
    draft: Draft, written: Mapping[str, Any], path: DocumentPath, payload: Payload
) -> Mapping[str, Expression]:
    names = draft.names_of_event(record_type(payload.fields))
    setters = {}
    for name, value in written.items():
        field = draft.data.get(name)
        if field is None:
            known = hint(name, list(draft.data))
            draft.report(Code.UNKNOWN_FIELD, (*path, name), f'unknown data field "{name}"{known}', key=True)
            continue
        setters[name] = draft.stored_expression((*path, name), value, names, field)
    return setters


def _retired(draft: Draft, rows: list[Any], path: DocumentPath) -> tuple[Retired, ...]:
    retired = []
    for number, row in enumerate(rows):
        here = (*path, number)
        source = draft.state_named(mapping(row).get("from"), (*here, "from"))
        target = draft.state_named(mapping(row).get("target"), (*here, "target"))
        if source is not None:
            retired.append(Retired(source, target, here))
    return tuple(retired)
