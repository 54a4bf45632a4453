"""Verdicts on stored events of other versions: whether their upcasts reach the current payload.

The upcasts are safe if every stored value provably gives a fitting value in the new payload. Anything that is
neither proved nor seen to fail is a doubt.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from statewright.analysis.results import Known, Results, results
from statewright.analysis.schemas import losses
from statewright.errors import UpcastError
from statewright.evolution.compat.change_kinds import ChangeKind
from statewright.evolution.compat.comparison import Comparison
from statewright.evolution.compat.elements import KeptEvent
from statewright.evolution.compat.remedies import event_field_yaml, event_yaml
from statewright.evolution.compat.verdicts import ChangeVerdict
from statewright.evolution.compat.witness import FoldWitness
from statewright.language.cel.syntax import Chain
from statewright.language.model import EventSpec, Upcast
from statewright.machine.messages import Event
from statewright.machine.upcasting import upcast


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A field of the current payload that may not get a fitting value.

    `is_computed`: an upcast sets the field; otherwise it is the stored value.
    """

    field: str
    why: str
    is_computed: bool


def upcast_changes(comparison: Comparison, event: KeptEvent) -> Iterator[ChangeVerdict]:
    """Verdicts on upcasts that both versions have, then on a raised or lowered version."""
    old, new = event.old, event.new
    for version in range(1, min(old.version, new.version)):
        if ("events", event.name, "upcast", str(version)) in comparison.differences.elements:
            yield _edited(comparison, event, version)
    for version in range(min(old.version, new.version), max(old.version, new.version)):
        comparison.settle_within("events", event.name, "upcast", str(version))
    comparison.settle_within("events", event.name, "version")
    if new.version > old.version:
        yield from _raised(comparison, event)
    elif new.version < old.version:
        yield _lowered(comparison, event)


def _edited(comparison: Comparison, event: KeptEvent, version: int) -> ChangeVerdict:
    """The verdict on an edited upcast, on which stored events depend."""
    link = _sources(event.old.upcasts[version - 1])
    return comparison.verdict(
        ChangeKind.UPCASTER_CHANGED,
        f'the released upcast of event "{event.name}" from version {version} is edited',
        ("events", event.was, "upcast", str(version)),
        ("events", event.name, "upcast", str(version)),
        witness=comparison.event_fold(event.was, lambda fold: fold.event.event_version <= version),
        remedy=f"restore the upcast, and add a new version with an upcast from {event.new.version}",
        yaml=event_yaml(comparison.pair.new.definition, event.name, {"upcast": {version: link}}),
    )


def _raised(comparison: Comparison, event: KeptEvent) -> Iterator[ChangeVerdict]:
    """Verdicts on a raised version. Different results of working upcasts are intended."""
    old, new = event.old, event.new
    shown = comparison.event_fold(event.was)
    failure = comparison.event_fold(event.was, lambda fold: _fails(new, fold.event))
    doubts = {doubt.field: doubt for doubt in _doubts(old, new)}
    if failure is not None:
        yaml = next((_wide_yaml(old, new, doubt) for doubt in doubts.values()), None)
        yield _unreachable(comparison, event, failure, _REMEDY, yaml)
        if len(doubts) == 1:
            return
    before, after = ("events", event.was), ("events", event.name)
    if not doubts and failure is None:
        message = (
            f'event "{event.name}" is now version {new.version}; stored events are upcast from {old.version}'
        )
        yield comparison.verdict(
            ChangeKind.VERSION_RAISED, message, before, (*after, "version"), witness=shown
        )
    for doubt in doubts.values():
        yield comparison.verdict(
            ChangeKind.UPCAST_FAILS,
            f'event "{event.name}" version {old.version} may fail to upcast: "{doubt.field}" {doubt.why}',
            before,
            (*after, "payload", doubt.field),
            remedy=_REMEDY,
            yaml=_wide_yaml(old, new, doubt),
        )


def _lowered(comparison: Comparison, event: KeptEvent) -> ChangeVerdict:
    witness = comparison.event_fold(event.was)
    links = {version: _sources(link) for version, link in enumerate(event.old.upcasts, 1)}
    changes = {"version": event.old.version, "upcast": links}
    yaml = event_yaml(comparison.pair.new.definition, event.name, changes)
    remedy = f"restore version {event.old.version} of the event, and raise it for further changes"
    return _unreachable(comparison, event, witness, remedy, yaml)


def _unreachable(
    comparison: Comparison, event: KeptEvent, witness: FoldWitness | None, remedy: str, yaml: str | None
) -> ChangeVerdict:
    old, new = event.old.version, event.new.version
    return comparison.verdict(
        ChangeKind.UPCAST_FAILS,
        f'event "{event.name}" version {old} cannot be read as version {new}',
        ("events", event.was),
        ("events", event.name, "version"),
        witness=witness,
        remedy=remedy,
        yaml=yaml,
    )


def _sources(link: Upcast) -> dict[str, str]:
    return {name: value.source for name, value in link.items()}


def _fails(event: EventSpec, stored: Event) -> bool:
    """Whether the upcasts fail, rather than a setter."""
    try:
        upcast(event, stored.data, event_version=stored.event_version)
    except UpcastError:
        return True
    return False


_REMEDY = "make the upcast give a fitting value for every stored event, or keep the payload as wide as before"


def _doubts(old: EventSpec, new: EventSpec) -> Iterator[_Doubt]:
    """Current fields that may end up without a fitting value."""
    known = _stored(old, new)
    computed: set[str] = set()
    for link in new.upcasts[old.version - 1 :]:
        values = {name: results(value, known) for name, value in link.items()}
        yield from (
            _Doubt(name, f"is set to {link[name].source}, which may fail", is_computed=True)
            for name, value in values.items()
            if value is None
        )
        known = _after(known, link, values)
        computed |= values.keys()
    for name, field in new.payload.fields.items():
        chain = ("event", name)
        stored = known.always.get(chain, known.perhaps.get(chain))
        if stored is None and name not in computed and not field.optional:
            yield _Doubt(name, "is required, but stored events lack it", is_computed=False)
        elif chain in known.perhaps and not field.optional:
            yield _Doubt(name, "is required, but stored events may lack it", is_computed=False)
        for result in stored or ():
            if lost := list(losses(result, field.schema)):
                yield _Doubt(name, f"may not fit ({', '.join(lost)})", is_computed=name in computed)


def _stored(old: EventSpec, new: EventSpec) -> Known:
    """The stored values under current names, before any default."""
    always: dict[Chain, Results] = {}
    perhaps: dict[Chain, Results] = {}
    for name, field in old.payload.fields.items():
        there = perhaps if field.optional else always
        there["event", new.fields_renamed.get(name, name)] = (field.schema,)
    return Known(always, perhaps)


def _after(known: Known, link: Upcast, values: dict[str, Results | None]) -> Known:
    """The known values after an upcast. Values that it sets but that cannot be derived are unknown."""
    written = {("event", name) for name in link}
    always = {chain: value for chain, value in known.always.items() if chain not in written}
    always |= {("event", name): value for name, value in values.items() if value is not None}
    return Known(always, {chain: value for chain, value in known.perhaps.items() if chain not in written})


def _wide_yaml(old: EventSpec, new: EventSpec, doubt: _Doubt) -> str | None:
    """YAML that restores the field's old schema, if the field holds the stored value."""
    former = (name for name, now in new.fields_renamed.items() if now == doubt.field)
    names = (name for name in (doubt.field, *former) if name in old.payload.fields)
    kept = old.payload.fields.get(next(names, ""))
    if doubt.is_computed or kept is None or kept.optional != new.payload.fields[doubt.field].optional:
        return None
    return event_field_yaml(new, replace(kept, name=doubt.field))
