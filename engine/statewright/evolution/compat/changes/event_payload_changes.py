"""Verdicts on the payload fields of stored events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from statewright.analysis.schemas import essence, losses
from statewright.analysis.values import same_value
from statewright.canonical import canonical_json
from statewright.evolution.compat.change_kinds import ChangeKind
from statewright.evolution.compat.changes.upcast_changes import upcast_changes
from statewright.evolution.compat.comparison import Comparison
from statewright.evolution.compat.elements import (
    Added,
    Kept,
    KeptEvent,
    KeptField,
    Removed,
    field_elements,
    forgotten_fields,
    kept_elements,
)
from statewright.evolution.compat.field_values import always_emitted_within
from statewright.evolution.compat.remedies import (
    converting_yaml,
    event_field_yaml,
    event_yaml,
    upcast_yaml,
)
from statewright.evolution.compat.searching import FoldDifference
from statewright.evolution.compat.verdicts import ChangeVerdict
from statewright.evolution.compat.witness import FoldWitness
from statewright.language.cel import Expression
from statewright.language.model import EventSpec
from statewright.language.schema.payloads import MISSING, Field
from statewright.language.source.document import DocumentPath
from statewright.machine.messages import RefusalKind, Rejected

_WIDE = "keep the event wide enough for stored values, and narrow the command's schema instead"


def event_payload_changes(comparison: Comparison) -> Iterator[ChangeVerdict]:
    """Verdicts for each event that both versions declare."""
    pair = comparison.pair
    before, after = pair.old.definition.events or {}, pair.new.definition.events or {}
    for event in kept_elements(before, after, pair.events):
        for former, field in forgotten_fields(event.old, event.new):
            yield _forgotten(comparison, event, field, former)
        yield from upcast_changes(comparison, event)
        if event.old.version == event.new.version:
            yield from _fields(comparison, event)
        else:
            yield from _lacking_fields(comparison, event)
            comparison.settle_within("events", event.name, "payload")


def unexplained_changes(comparison: Comparison) -> Iterator[ChangeVerdict]:
    """Verdicts on streams that fold differently without any other verdict."""
    for fold in comparison.unexplained():
        yield _unexplained(comparison, fold)


def _forgotten(comparison: Comparison, event: KeptEvent, field: KeptField, former: str) -> ChangeVerdict:
    return comparison.verdict(
        ChangeKind.RENAME_DROPPED,
        f'field "{field.name}" of event "{event.name}" no longer declares its former name "{former}"',
        *_places(event, field),
        witness=comparison.event_fold(event.was, lambda fold: former in fold.event.data),
        yaml=event_field_yaml(event.new, field.new, former),
    )


def _fields(comparison: Comparison, event: KeptEvent) -> Iterator[ChangeVerdict]:
    for field in field_elements(event.old, event.new):
        match field:
            case Added(new=added):
                yield _added(comparison, event, added)
                yield from _refused_more(comparison, event, added)
            case Kept():
                yield from _kept(comparison, event, field)
                yield from _default(comparison, event, field)
            case Removed(was=name):
                yield _removed(comparison, event, name)


def _lacking_fields(comparison: Comparison, event: KeptEvent) -> Iterator[ChangeVerdict]:
    """Verdicts for another event version, in which upcasts set fields that stored events lack."""
    links = event.new.upcasts[event.old.version - 1 :]
    for field in field_elements(event.old, event.new):
        if isinstance(field, Kept) and not any(field.name in link for link in links):
            yield from _default(comparison, event, field)
        if isinstance(field, Added) or (
            isinstance(field, Kept) and any(losses(field.old.schema, field.new.schema))
        ):
            yield from _refused_more(comparison, event, field.new)


def _added(comparison: Comparison, event: KeptEvent, field: Field) -> ChangeVerdict:
    old = ("events", event.was)
    if not field.optional:
        return _required(comparison, event, field, old, lack="lack")
    message = f'event "{event.name}" has a new optional field "{field.name}"'
    new = ("events", event.name, "payload", field.name)
    return comparison.verdict(ChangeKind.FIELD_ADDED, message, old, new)


def _required(
    comparison: Comparison, event: KeptEvent, field: Field, old: DocumentPath, *, lack: str
) -> ChangeVerdict:
    return comparison.verdict(
        ChangeKind.FIELD_REQUIRED,
        f'event "{event.name}" now requires "{field.name}", which stored events {lack}',
        old,
        ("events", event.name, "payload", field.name),
        witness=comparison.event_fold(event.was, lambda fold: fold.fails),
        remedy=f'give stored events a value for "{field.name}" with an upcast',
        yaml=upcast_yaml(event.new, field.name, is_lacking=lack == "lack"),
    )


def _kept(comparison: Comparison, event: KeptEvent, field: KeptField) -> Iterator[ChangeVerdict]:
    before, after = field.old, field.new
    lost = list(losses(before.schema, after.schema))
    if before.optional and not after.optional:
        yield _required(comparison, event, after, ("events", event.was, "optional"), lack="may lack")
    elif lost:
        kind = ChangeKind.VALUE_REMOVED if {*lost} & {"enum", "const"} else ChangeKind.FIELD_NARROWED
        why = f"may no longer fit ({', '.join(lost)})"
        yield _narrowed(comparison, kind, event, field, why, comparison.event_fold(event.was))
    elif essence(before.schema) != essence(after.schema) or after.optional != before.optional:
        if witness := comparison.event_fold(event.was, lambda fold: fold.fails):
            why = "can no longer be folded"
            yield _narrowed(comparison, ChangeKind.FIELD_NARROWED, event, field, why, witness)
        else:
            message = f'field "{field.name}" of event "{event.name}" accepts more values'
            yield comparison.verdict(ChangeKind.PAYLOAD_LOOSENED, message, *_places(event, field))
            yield from _accepted_more(comparison, event, field)


def _refused_more(comparison: Comparison, event: KeptEvent, field: Field) -> Iterator[ChangeVerdict]:
    """The verdict on commands whose event may lack the field or a fitting value, unless already shown."""
    place = ("events", event.name, "payload", field.name)
    if always_emitted_within(comparison.pair.new, event.name, field.name, field.schema):
        return
    if not _is_shown(comparison, event):
        message = f'commands may be refused because their "{field.name}" does not fit event "{event.name}"'
        yield comparison.verdict(ChangeKind.TIGHTENED, message, None, place)


def _is_shown(comparison: Comparison, event: KeptEvent) -> bool:
    """Whether the search showed a command refused because of the event's payload."""
    return any(
        isinstance(one.new, Rejected)
        and one.new.kind is RefusalKind.EVENT_PAYLOAD
        and one.new.path[1] == event.name
        for one in comparison.found.answers
    )


def _accepted_more(comparison: Comparison, event: KeptEvent, field: KeptField) -> Iterator[ChangeVerdict]:
    """The verdict on commands that were refused because their event did not fit."""
    before, after = field.old, field.new
    gained = any(losses(after.schema, before.schema)) or after.optional != before.optional
    if not gained or always_emitted_within(comparison.pair.old, event.was, field.was, before.schema):
        return
    message = (
        f'field "{field.name}" of event "{event.name}" accepts more values, '
        "so commands that were refused may be accepted"
    )
    yield comparison.verdict(ChangeKind.LOOSENED, message, *_places(event, field))


def _narrowed(
    comparison: Comparison,
    kind: ChangeKind,
    event: KeptEvent,
    field: KeptField,
    why: str,
    witness: FoldWitness | None,
) -> ChangeVerdict:
    is_retyped = str(field.old.type) != str(field.new.type)
    return comparison.verdict(
        kind,
        f'stored values of "{field.name}" of event "{event.name}" {why}',
        *_places(event, field),
        witness=witness,
        remedy="convert stored values with an upcast" if is_retyped else _WIDE,
        yaml=_converted(event.new, field.new) if is_retyped else _widened(event.new, field),
    )


def _converted(event: EventSpec, field: Field) -> str | None:
    """YAML that converts stored values to the new type, which is presumably intended."""
    return converting_yaml(event, field.name) if field.schema.get("type") == "string" else None


def _widened(event: EventSpec, field: KeptField) -> str:
    return event_field_yaml(event, replace(field.new, schema=field.old.schema, default=MISSING))


def _default(comparison: Comparison, event: KeptEvent, field: KeptField) -> Iterator[ChangeVerdict]:
    """The verdict on another default, if the field can be absent and a setter reads it."""
    before, after = field.old, field.new
    place = ("events", event.name, "payload", field.name, "default")
    is_absent = before.optional and after.optional
    if _has_same_default(before, after) or not (is_absent and _is_read(field.name, event.new.set)):
        comparison.settled.add(place)
        return
    yield comparison.verdict(
        ChangeKind.SET_CHANGED,
        f'a missing "{field.name}" in event "{event.name}" '
        f"now means {_absent(after)} (was {_absent(before)})",
        *_places(event, field),
        settles=[place],
        witness=comparison.event_fold(event.was, lambda fold: field.was not in fold.event.data),
        remedy="keep the event's old default, and give the new default to the command",
        yaml=event_field_yaml(event.new, replace(after, default=before.default)),
    )


def _has_same_default(before: Field, after: Field) -> bool:
    if not (before.has_default and after.has_default):
        return before.has_default == after.has_default
    return same_value(before.default, after.default)


def _absent(field: Field) -> str:
    return canonical_json(field.default) if field.has_default else "no value"


def _removed(comparison: Comparison, event: KeptEvent, name: str) -> ChangeVerdict:
    """The verdict on a removed field. Replay is safe if no setter of kept data read it."""
    pair = comparison.pair
    old, new = ("events", event.was, "payload", name), ("events", event.name)
    if not _is_read(name, {field: setter for field, setter in event.old.set.items() if field in pair.data}):
        message = f'field "{name}" of event "{event.name}" is removed; no setter read it'
        return comparison.verdict(ChangeKind.FIELD_UNREAD, message, old, new, at=old)
    optional = [key for key, field in event.new.payload.fields.items() if field.optional]
    schema = event.old.payload.fields[name].schema
    kept = {"payload": {name: schema}, "optional": [*optional, name]}
    return comparison.verdict(
        ChangeKind.FIELD_REMOVED,
        f'field "{name}" of event "{event.name}" is removed, but stored events set data from it',
        old,
        new,
        at=old,
        witness=comparison.event_fold(event.was, lambda fold: bool(fold.fields(pair))),
        remedy=f'keep "{name}" as an optional field, or give its replacement `renamed_from: [{name}]`',
        yaml=event_yaml(pair.new.definition, event.name, kept),
    )


def _is_read(name: str, setters: Mapping[str, Expression]) -> bool:
    """Whether any setter reads the field or the whole event."""
    chains = (chain for setter in setters.values() for chain in setter.references if chain[0] == "event")
    return any(chain[1:2] in ((name,), ()) for chain in chains)


def _places(event: KeptEvent, field: KeptField) -> tuple[DocumentPath, DocumentPath]:
    return ("events", event.was, "payload", field.was), ("events", event.name, "payload", field.name)


def _unexplained(comparison: Comparison, found: FoldDifference) -> ChangeVerdict:
    name = found.event.type
    return comparison.verdict(
        ChangeKind.SET_CHANGED,
        f'event "{name}" has a different effect in "{found.leaf}"',
        ("events", name),
        ("events", comparison.pair.events.get(name, name)),
        witness=comparison.event_fold(name, lambda fold: fold.leaf == found.leaf),
        remedy="keep the event unchanged, and emit a new event for the new effect",
    )
