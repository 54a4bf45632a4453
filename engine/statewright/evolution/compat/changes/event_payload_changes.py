"""What a new version asks of the fields that stored events hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from statewright.analysis.schemas import essence, losses
from statewright.analysis.values import same_value
from statewright.canonical import canonical_json
from statewright.evolution.compat.change_kinds import ChangeKind
from statewright.evolution.compat.changes.upcast_changes import upcast_changes
from statewright.evolution.compat.comparison import Comparison
from statewright.evolution.compat.correspondence import events_of
from statewright.evolution.compat.elements import (
    Added,
    Kept,
    Removed,
    field_elements,
    forgotten_fields,
    kept_elements,
)
from statewright.evolution.compat.remedies import converting_yaml, event_yaml, field_yaml, upcast_yaml
from statewright.evolution.compat.searching import FoldDifference
from statewright.evolution.compat.verdicts import ChangeVerdict
from statewright.evolution.compat.witness import FoldWitness
from statewright.language.cel import Expression
from statewright.language.model import EventSpec
from statewright.language.schema.payloads import MISSING, Field

_WIDE = "leave the event as wide as what is stored, and let the command ask for more"


def event_payload_changes(comparison: Comparison) -> Iterator[ChangeVerdict]:
    """For each event that both versions declare."""
    pair = comparison.pair
    before, after = events_of(pair.old, pair.old_moves), events_of(pair.new, pair.new_moves)
    for event in kept_elements(before, after, pair.events):
        old, new = event.old, event.new
        if old is not None and new is not None:
            yield from (_forgotten(comparison, old, new, names) for names in forgotten_fields(old, new))
            yield from upcast_changes(comparison, old, new)
            if old.version == new.version:
                yield from _fields(comparison, old, new)


def unexplained_changes(comparison: Comparison) -> Iterator[ChangeVerdict]:
    """Streams that fold differently for a reason that no other verdict names."""
    for fold in comparison.unexplained():
        yield _unexplained(comparison, fold)


def _forgotten(
    comparison: Comparison, old: EventSpec, new: EventSpec, names: tuple[str, str, str]
) -> ChangeVerdict:
    """`names`: what the field was called once, in the old version, and now."""
    former, name, today = names
    field = new.payload.fields[today]
    return comparison.verdict(
        ChangeKind.RENAME_DROPPED,
        f'"{today}" of event "{new.name}" no longer says that it was called "{former}"',
        old=("events", old.name, "payload", name),
        new=("events", new.name, "payload", today),
        witness=comparison.fold(
            lambda fold: fold.events[-1].type == old.name and former in fold.events[-1].data
        ),
        yaml=field_yaml(("events", new.name), field, [*_former(new, today), former]),
    )


def _fields(comparison: Comparison, old: EventSpec, new: EventSpec) -> Iterator[ChangeVerdict]:
    for field in field_elements(old, new):
        match field:
            case Added(new=added):
                yield _added(comparison, old, new, added)
            case Kept(old=before, new=after):
                yield from _kept(comparison, old, new, before, after)
                yield from _default(comparison, old, new, before, after)
            case Removed(was=name):
                yield _removed(comparison, old, new, name)


def _added(comparison: Comparison, old: EventSpec, new: EventSpec, field: Field) -> ChangeVerdict:
    path = ("events", new.name, "payload", field.name)
    if field.optional:
        message = f'event "{new.name}" may carry "{field.name}"'
        return comparison.verdict(ChangeKind.FIELD_ADDED, message, old=("events", old.name), new=path)
    return _required(comparison, new, field, old=("events", old.name), lack="lack")


def _required(
    comparison: Comparison, new: EventSpec, field: Field, *, old: tuple[str, ...], lack: str
) -> ChangeVerdict:
    return comparison.verdict(
        ChangeKind.FIELD_REQUIRED,
        f'event "{new.name}" requires "{field.name}", which stored events {lack}',
        old=old,
        new=("events", new.name, "payload", field.name),
        witness=comparison.fold(_fails(old[1])),
        remedy="say what stored events are to have there",
        yaml=upcast_yaml(new, field.name, is_lacking=lack == "lack"),
    )


def _kept(
    comparison: Comparison, old: EventSpec, new: EventSpec, before: Field, after: Field
) -> Iterator[ChangeVerdict]:
    lost = list(losses(before.schema, after.schema))
    if before.optional and not after.optional:
        yield _required(comparison, new, after, old=("events", old.name, "optional"), lack="may lack")
    elif lost:
        kind = ChangeKind.VALUE_REMOVED if {*lost} & {"enum", "const"} else ChangeKind.FIELD_NARROWED
        witness = comparison.fold(lambda fold: fold.events[-1].type == old.name)
        yield _narrowed(
            comparison, kind, (old, new), (before, after), f"may not fit its {', '.join(lost)}", witness
        )
    elif essence(before.schema) != essence(after.schema) or (after.optional and not before.optional):
        witness = comparison.fold(_fails(old.name))
        if witness:
            why = "cannot be folded any more"
            yield _narrowed(comparison, ChangeKind.FIELD_NARROWED, (old, new), (before, after), why, witness)
        else:
            yield comparison.verdict(
                ChangeKind.PAYLOAD_LOOSENED,
                f'"{after.name}" of event "{new.name}" admits more',
                old=("events", old.name, "payload", before.name),
                new=("events", new.name, "payload", after.name),
            )


def _narrowed(
    comparison: Comparison,
    kind: ChangeKind,
    events: tuple[EventSpec, EventSpec],
    fields: tuple[Field, Field],
    why: str,
    witness: FoldWitness | None,
) -> ChangeVerdict:
    (old, new), (before, after) = events, fields
    return comparison.verdict(
        kind,
        f'stored values of "{after.name}" of event "{new.name}" {why}',
        old=("events", old.name, "payload", before.name),
        new=("events", new.name, "payload", after.name),
        witness=witness,
        remedy=_WIDE if str(before.type) == str(after.type) else "say what becomes of stored values",
        yaml=_widened(new, before, after),
    )


def _widened(new: EventSpec, before: Field, after: Field) -> str | None:
    """As it was; a new type is there for a reason, so values of the old one are brought to it."""
    if str(before.type) != str(after.type):
        return converting_yaml(new, after.name) if after.schema.get("type") == "string" else None
    wide = replace(after, schema=before.schema, default=MISSING)
    return field_yaml(("events", new.name), wide, _former(new, after.name))


def _default(
    comparison: Comparison, old: EventSpec, new: EventSpec, before: Field, after: Field
) -> Iterator[ChangeVerdict]:
    """What a setter reads where the field is absent."""
    if not (before.optional and after.optional) or _same_default(before, after):
        return
    if not _is_read(after.name, new.set):
        return
    yield comparison.verdict(
        ChangeKind.SET_CHANGED,
        f'where event "{new.name}" has no "{after.name}", that is {_absent(after)}, it was {_absent(before)}',
        old=("events", old.name, "payload", before.name),
        new=("events", new.name, "payload", after.name),
        witness=comparison.fold(
            lambda fold: fold.events[-1].type == old.name and before.name not in fold.events[-1].data
        ),
        remedy="keep what it was, and let the command have another default",
        yaml=field_yaml(
            ("events", new.name), replace(after, default=before.default), _former(new, after.name)
        ),
    )


def _same_default(before: Field, after: Field) -> bool:
    if not (before.has_default and after.has_default):
        return before.has_default == after.has_default
    return same_value(before.default, after.default)


def _absent(field: Field) -> str:
    return canonical_json(field.default) if field.has_default else "nothing"


def _removed(comparison: Comparison, old: EventSpec, new: EventSpec, name: str) -> ChangeVerdict:
    """One from which no data came that are kept is only missed by consumers."""
    pair = comparison.pair
    path = ("events", old.name, "payload", name)
    if not _is_read(name, {field: setter for field, setter in old.set.items() if field in pair.data}):
        message = f'event "{new.name}" carries "{name}" no more, and nothing read it'
        return comparison.verdict(
            ChangeKind.FIELD_UNREAD, message, old=path, new=("events", new.name), at=path
        )
    optional = [key for key, field in new.payload.fields.items() if field.optional]
    schema = old.payload.fields[name].schema
    return comparison.verdict(
        ChangeKind.FIELD_REMOVED,
        f'event "{new.name}" carries "{name}" no more, from which stored ones set data',
        old=path,
        new=("events", new.name),
        at=path,
        witness=comparison.fold(lambda one: one.events[-1].type == old.name and bool(one.fields(pair))),
        remedy=f'keep "{name}" as an optional field, or let its heir say: `renamed_from: [{name}]`',
        yaml=event_yaml(
            pair.new.definition, new.name, {"payload": {name: schema}, "optional": [*optional, name]}
        ),
    )


def _is_read(name: str, setters: Mapping[str, Expression]) -> bool:
    """By its name or in the whole event."""
    chains = (chain for setter in setters.values() for chain in setter.references if chain[0] == "event")
    return any(chain[1:2] in ((name,), ()) for chain in chains)


def _former(event: EventSpec, field: str) -> list[str]:
    return [former for former, today in event.fields_renamed.items() if today == field]


def _fails(event: str) -> Callable[[FoldDifference], bool]:
    return lambda fold: fold.events[-1].type == event and isinstance(fold.new, str)


def _unexplained(comparison: Comparison, found: FoldDifference) -> ChangeVerdict:
    name = found.events[-1].type
    return comparison.verdict(
        ChangeKind.SET_CHANGED,
        f'event "{name}" comes to something else from "{found.leaf}"',
        old=("events", name),
        new=("events", comparison.pair.events.get(name, name)),
        witness=comparison.fold(lambda fold: (fold.leaf, fold.events[-1].type) == (found.leaf, name)),
        remedy="keep what the event sets, and emit another one",
    )
