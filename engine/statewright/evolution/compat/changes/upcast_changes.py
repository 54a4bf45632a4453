"""What becomes of stored events whose version is not the one of today: whether the chain of upcasts holds.

A chain holds where every value that was stored surely has one in the new payload. What its text cannot tell
and the search did not see fail is a doubt.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from statewright.analysis.results import Known, Results, results
from statewright.analysis.schemas import losses
from statewright.errors import UpcastError
from statewright.evolution.compat.change_kinds import ChangeKind
from statewright.evolution.compat.comparison import Comparison
from statewright.evolution.compat.elements import kept_elements
from statewright.evolution.compat.remedies import event_yaml, field_yaml
from statewright.evolution.compat.searching import FoldDifference
from statewright.evolution.compat.verdicts import ChangeVerdict
from statewright.language.cel.syntax import Chain
from statewright.language.model import EventSpec, Upcast
from statewright.machine.messages import Event
from statewright.machine.upcasting import upcast


@dataclass(frozen=True, slots=True)
class _Doubt:
    """`is_computed`: by an upcast, else it is what was stored."""

    field: str
    why: str
    is_computed: bool


def upcast_changes(comparison: Comparison, old: EventSpec, new: EventSpec) -> Iterator[ChangeVerdict]:
    """Of links that both have, then of a version that was raised or lowered."""
    for link in kept_elements(dict(enumerate(old.upcasts, 1)), dict(enumerate(new.upcasts, 1))):
        if link.old != link.new:
            yield _edited(comparison, old, new, link.was)
    if new.version > old.version:
        yield from _raised(comparison, old, new)
    elif new.version < old.version:
        yield _lowered(comparison, old, new)


def _edited(comparison: Comparison, old: EventSpec, new: EventSpec, version: int) -> ChangeVerdict:
    """Streams hold what was to be read by the old link."""

    def shows(fold: FoldDifference) -> bool:
        event = fold.events[-1]
        return event.type == old.name and event.event_version <= version

    link = {name: value.source for name, value in old.upcasts[version - 1].items()}
    return comparison.verdict(
        ChangeKind.UPCASTER_CHANGED,
        f'the upcast of event "{new.name}" from version {version} was released and is edited',
        old=("events", old.name, "upcast", str(version)),
        new=("events", new.name, "upcast", str(version)),
        witness=comparison.fold(shows),
        remedy=f"keep the link as it was, and raise the version for another from {new.version}",
        yaml=event_yaml(comparison.pair.new.definition, new.name, {"upcast": {version: link}}),
    )


def _raised(comparison: Comparison, old: EventSpec, new: EventSpec) -> Iterator[ChangeVerdict]:
    """As good as its chain: what that folds to is meant."""
    shown = comparison.fold(lambda fold: fold.events[-1].type == old.name)
    failure = comparison.fold(lambda fold: fold.events[-1].type == old.name and _fails(new, fold.events[-1]))
    doubts = {doubt.field: doubt for doubt in _doubts(old, new)}
    before, after = ("events", old.name), ("events", new.name, "version")
    if failure is not None:
        message = f'event "{new.name}" of version {old.version} cannot be brought to version {new.version}'
        yield comparison.verdict(
            ChangeKind.UPCAST_FAILS,
            message,
            old=before,
            new=after,
            witness=failure,
            remedy=_REMEDY,
            yaml=next((_wide_yaml(old, new, doubt) for doubt in doubts.values()), None),
        )
    elif not doubts:
        message = f'event "{new.name}" is at version {new.version}, stored ones are upcast from {old.version}'
        yield comparison.verdict(ChangeKind.VERSION_RAISED, message, old=before, new=after, witness=shown)
    for doubt in doubts.values() if failure is None else ():
        yield comparison.verdict(
            ChangeKind.UPCAST_FAILS,
            f'"{doubt.field}" of event "{new.name}" of version {old.version} {doubt.why}',
            old=before,
            new=("events", new.name, "payload", doubt.field),
            remedy=_REMEDY,
            yaml=_wide_yaml(old, new, doubt),
        )


def _fails(event: EventSpec, stored: Event) -> bool:
    """Whether the chain is to blame; a setter may fail as well."""
    try:
        upcast(event, stored.data, event_version=stored.event_version)
    except UpcastError:
        return True
    return False


_REMEDY = "let the upcast give a value that fits for every stored one, or leave the payload as wide as it was"


def _doubts(old: EventSpec, new: EventSpec) -> Iterator[_Doubt]:
    """Fields of today that may come out without a value that fits."""
    known = _stored(old, new)
    computed: set[str] = set()
    for link in new.upcasts[old.version - 1 :]:
        values = {name: results(value, known) for name, value in link.items()}
        yield from (
            _Doubt(name, f"comes of {link[name].source}, which may fail", is_computed=True)
            for name, value in values.items()
            if value is None
        )
        known = _after(known, link, values)
        computed |= values.keys()
    for name, field in new.payload.fields.items():
        chain = ("event", name)
        stored = known.always.get(chain, known.perhaps.get(chain))
        if stored is None and name not in computed and not field.optional:
            yield _Doubt(name, "is required, and stored events lack it", is_computed=False)
        elif chain in known.perhaps and not field.optional:
            yield _Doubt(name, "is required, and stored events may lack it", is_computed=False)
        for result in stored or ():
            if lost := list(losses(result, field.schema)):
                yield _Doubt(name, f"may not fit its {', '.join(lost)}", is_computed=name in computed)


def _stored(old: EventSpec, new: EventSpec) -> Known:
    """Under today's names, before any default."""
    always: dict[Chain, Results] = {}
    perhaps: dict[Chain, Results] = {}
    for name, field in old.payload.fields.items():
        there = perhaps if field.optional else always
        there["event", new.fields_renamed.get(name, name)] = (field.schema,)
    return Known(always, perhaps)


def _after(known: Known, link: Upcast, values: dict[str, Results | None]) -> Known:
    """What a link leaves alone is as it was; what nobody can tell is not known any more."""
    written = {("event", name) for name in link}
    always = {chain: value for chain, value in known.always.items() if chain not in written}
    always |= {("event", name): value for name, value in values.items() if value is not None}
    return Known(always, {chain: value for chain, value in known.perhaps.items() if chain not in written})


def _wide_yaml(old: EventSpec, new: EventSpec, doubt: _Doubt) -> str | None:
    """The field as wide as it was, where it is what was stored."""
    former = [name for name, today in new.fields_renamed.items() if today == doubt.field]
    kept = next(
        (old.payload.fields[name] for name in (doubt.field, *former) if name in old.payload.fields), None
    )
    if doubt.is_computed or kept is None or kept.optional != new.payload.fields[doubt.field].optional:
        return None
    return field_yaml(("events", new.name), replace(kept, name=doubt.field), former)


def _lowered(comparison: Comparison, old: EventSpec, new: EventSpec) -> ChangeVerdict:
    links = {
        version: {name: value.source for name, value in link.items()}
        for version, link in enumerate(old.upcasts, 1)
    }
    return comparison.verdict(
        ChangeKind.UPCAST_FAILS,
        f'event "{new.name}" of version {old.version} cannot be brought to version {new.version}',
        old=("events", old.name),
        new=("events", new.name, "version"),
        witness=comparison.fold(lambda fold: fold.events[-1].type == old.name),
        remedy="a version is never lowered: raise it for what is new",
        yaml=event_yaml(comparison.pair.new.definition, new.name, {"version": old.version, "upcast": links}),
    )
