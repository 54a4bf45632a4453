"""What a new version asks of the fields that stored events hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from statewright.analysis.schemas import essence, losses
from statewright.analysis.values import same_value
from statewright.canonical import canonical_json
from statewright.evolution.compat.case import Case
from statewright.evolution.compat.correspondence import event_fields, spec_of
from statewright.evolution.compat.remedies import converting_yaml, event_yaml, field_yaml, upcast_yaml
from statewright.evolution.compat.rules import Rule
from statewright.evolution.compat.searching import Fold
from statewright.evolution.compat.verdicts import Verdict
from statewright.evolution.compat.versions import version_verdicts
from statewright.evolution.compat.witness import FoldWitness
from statewright.language.cel import Expression
from statewright.language.model import EventSpec
from statewright.language.schema.payloads import MISSING, Field

_WIDE = "leave the event as wide as what is stored, and let the command ask for more"


def payload_verdicts(case: Case) -> Iterator[Verdict]:
    """For each event that both versions declare."""
    pair = case.pair
    for name, today in pair.events.items():
        old, new = spec_of(pair.old.definition, name), spec_of(pair.new.definition, today)
        if old is not None and new is not None:
            yield from _forgotten(case, old, new)
            yield from version_verdicts(case, old, new)
            if old.version == new.version:
                yield from _fields(case, old, new)


def unexplained_verdicts(case: Case) -> Iterator[Verdict]:
    """Streams that fold differently for a reason that no other verdict names."""
    for fold in case.unexplained():
        yield _unexplained(case, fold)


def _forgotten(case: Case, old: EventSpec, new: EventSpec) -> Iterator[Verdict]:
    """Former names of fields that the old version declared and the new one does not."""
    for former, name in old.fields_renamed.items():
        today = new.fields_renamed.get(name, name)
        if today in new.payload.fields and former != today and new.fields_renamed.get(former) != today:
            yield _forgotten_name(case, old, new, (former, name, today))


def _forgotten_name(case: Case, old: EventSpec, new: EventSpec, names: tuple[str, str, str]) -> Verdict:
    """`names`: what the field was called once, in the old version, and now."""
    former, name, today = names
    field = new.payload.fields[today]
    return case.verdict(
        Rule.RENAME_DROPPED,
        f'"{today}" of event "{new.name}" no longer says that it was called "{former}"',
        old=("events", old.name, "payload", name),
        new=("events", new.name, "payload", today),
        witness=case.fold(lambda fold: fold.events[-1].type == old.name and former in fold.events[-1].data),
        yaml=field_yaml(("events", new.name), field, [*_former(new, today), former]),
    )


def _fields(case: Case, old: EventSpec, new: EventSpec) -> Iterator[Verdict]:
    renamed = event_fields(case.pair.new.definition, new.name)
    before = {renamed.get(name, name): (name, field) for name, field in old.payload.fields.items()}
    for name, field in new.payload.fields.items():
        if name not in before:
            yield _added(case, old, new, field)
        else:
            yield from _kept(case, old, new, before[name][1], field)
            yield from _default(case, old, new, before[name][1], field)
    for today, (name, _) in before.items():
        if today not in new.payload.fields:
            yield _removed(case, old, new, name)


def _added(case: Case, old: EventSpec, new: EventSpec, field: Field) -> Verdict:
    path = ("events", new.name, "payload", field.name)
    if field.optional:
        message = f'event "{new.name}" may carry "{field.name}"'
        return case.verdict(Rule.FIELD_ADDED, message, old=("events", old.name), new=path)
    return _required(case, new, field, old=("events", old.name), lack="lack")


def _required(case: Case, new: EventSpec, field: Field, *, old: tuple[str, ...], lack: str) -> Verdict:
    return case.verdict(
        Rule.FIELD_REQUIRED,
        f'event "{new.name}" requires "{field.name}", which stored events {lack}',
        old=old,
        new=("events", new.name, "payload", field.name),
        witness=case.fold(_fails(old[1])),
        remedy="say what stored events are to have there",
        yaml=upcast_yaml(new, field.name, is_lacking=lack == "lack"),
    )


def _kept(case: Case, old: EventSpec, new: EventSpec, before: Field, after: Field) -> Iterator[Verdict]:
    lost = list(losses(before.schema, after.schema))
    if before.optional and not after.optional:
        yield _required(case, new, after, old=("events", old.name, "optional"), lack="may lack")
    elif lost:
        rule = Rule.VALUE_REMOVED if {*lost} & {"enum", "const"} else Rule.FIELD_NARROWED
        witness = case.fold(lambda fold: fold.events[-1].type == old.name)
        yield _narrowed(
            case, rule, (old, new), (before, after), f"may not fit its {', '.join(lost)}", witness
        )
    elif essence(before.schema) != essence(after.schema) or (after.optional and not before.optional):
        witness = case.fold(_fails(old.name))
        if witness:
            why = "cannot be folded any more"
            yield _narrowed(case, Rule.FIELD_NARROWED, (old, new), (before, after), why, witness)
        else:
            yield case.verdict(
                Rule.PAYLOAD_LOOSENED,
                f'"{after.name}" of event "{new.name}" admits more',
                old=("events", old.name, "payload", before.name),
                new=("events", new.name, "payload", after.name),
            )


def _narrowed(
    case: Case,
    rule: Rule,
    events: tuple[EventSpec, EventSpec],
    fields: tuple[Field, Field],
    why: str,
    witness: FoldWitness | None,
) -> Verdict:
    (old, new), (before, after) = events, fields
    return case.verdict(
        rule,
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


def _default(case: Case, old: EventSpec, new: EventSpec, before: Field, after: Field) -> Iterator[Verdict]:
    """What a setter reads where the field is absent."""
    if not (before.optional and after.optional) or _same_default(before, after):
        return
    if not _is_read(after.name, new.set):
        return
    yield case.verdict(
        Rule.SET_CHANGED,
        f'where event "{new.name}" has no "{after.name}", that is {_absent(after)}, it was {_absent(before)}',
        old=("events", old.name, "payload", before.name),
        new=("events", new.name, "payload", after.name),
        witness=case.fold(
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


def _removed(case: Case, old: EventSpec, new: EventSpec, name: str) -> Verdict:
    """One from which no data came that are kept is only missed by consumers."""
    pair = case.pair
    path = ("events", old.name, "payload", name)
    if not _is_read(name, {field: setter for field, setter in old.set.items() if field in pair.data}):
        message = f'event "{new.name}" carries "{name}" no more, and nothing read it'
        return case.verdict(Rule.FIELD_UNREAD, message, old=path, new=("events", new.name), at=path)
    optional = [key for key, field in new.payload.fields.items() if field.optional]
    schema = old.payload.fields[name].schema
    return case.verdict(
        Rule.FIELD_REMOVED,
        f'event "{new.name}" carries "{name}" no more, from which stored ones set data',
        old=path,
        new=("events", new.name),
        at=path,
        witness=case.fold(lambda one: one.events[-1].type == old.name and bool(one.fields(pair))),
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


def _fails(event: str) -> Callable[[Fold], bool]:
    return lambda fold: fold.events[-1].type == event and isinstance(fold.new, str)


def _unexplained(case: Case, found: Fold) -> Verdict:
    name = found.events[-1].type
    return case.verdict(
        Rule.SET_CHANGED,
        f'event "{name}" comes to something else from "{found.leaf}"',
        old=("events", name),
        new=("events", case.pair.events.get(name, name)),
        witness=case.fold(lambda fold: (fold.leaf, fold.events[-1].type) == (found.leaf, name)),
        remedy="keep what the event sets, and emit another one",
    )
