"""What stored events set under a new version: other values, values of another type, or data that are new.

Told from the texts of setters, with the streams that the search found.
"""

from __future__ import annotations

from collections.abc import Iterator

from statewright.analysis.results import Known, Results, counted, results
from statewright.evolution.compat.change_kinds import ChangeKind
from statewright.evolution.compat.comparison import Comparison
from statewright.evolution.compat.elements import (
    Kept,
    KeptField,
    NamedEvent,
    field_elements,
    kept_elements,
)
from statewright.evolution.compat.remedies import event_yaml
from statewright.evolution.compat.translation import expression_text
from statewright.evolution.compat.verdicts import ChangeVerdict
from statewright.language.cel import Expression
from statewright.language.cel.syntax import Chain
from statewright.language.model import EventSpec


def setter_changes(comparison: Comparison, event: NamedEvent) -> Iterator[ChangeVerdict]:
    """Of one event: what it set before, then data that are new."""
    old, new = event.old, event.new
    chains = _chains(comparison, new)
    for data in _kept_data(comparison):
        before = old.set.get(data.was) if old else None
        after = new.set.get(data.name) if new else None
        texts = (before and expression_text(before, chains), after and after.canonical)
        retyped = after is not None and _is_retyped(comparison, event, after)
        if texts[0] != texts[1] or retyped:
            verdict = _setter(comparison, event, data, before, after)
            if verdict.witness or retyped or not _is_upcast(event):
                yield verdict
    yield from _new_data(comparison, event.was, old, new) if new else ()


def _kept_data(comparison: Comparison) -> Iterator[KeptField]:
    pair = comparison.pair
    return kept_elements(pair.old.definition.data, pair.new.definition.data, pair.data)


def _chains(comparison: Comparison, new: EventSpec | None) -> dict[tuple[str, str], str]:
    """What a setter of the old version may read -> the names of today."""
    chains = {("data", before): after for before, after in comparison.pair.data.items()}
    return chains | {("event", former): name for former, name in (new.fields_renamed if new else {}).items()}


def _is_upcast(event: NamedEvent) -> bool:
    """Whether stored events are brought into another form first, so that another text may set the same."""
    return event.old is not None and event.new is not None and event.new.version > event.old.version


def _is_retyped(comparison: Comparison, event: NamedEvent, setter: Expression) -> bool:
    """Whether it computes with a field of another type: 7 / 2 is 3 for integers and 3.5 for numbers."""
    changed = {("data", one.name) for one in _kept_data(comparison) if _has_other_type(one)}
    if event.old is not None and event.new is not None and not _is_upcast(event):
        fields = (one for one in field_elements(event.old, event.new) if isinstance(one, Kept))
        changed |= {("event", one.name) for one in fields if _has_other_type(one)}
    is_copy = setter.canonical in map(".".join, setter.references)
    return not is_copy and any(chain[:2] in changed for chain in setter.references)


def _has_other_type(field: KeptField) -> bool:
    return str(field.old.type) != str(field.new.type)


def _new_data(
    comparison: Comparison, name: str, old: EventSpec | None, new: EventSpec
) -> Iterator[ChangeVerdict]:
    """Setters of data that the old version lacks, unless they surely have a value for every stored event."""
    known = _known(comparison, old, new)
    for field, setter in new.set.items():
        if field in comparison.pair.data.values() or results(setter, known) is not None:
            continue
        yield comparison.verdict(
            ChangeKind.SET_CHANGED,
            f'event "{new.name}" sets the new "{field}" to {setter.source}, which may fail for stored ones',
            ("events", name),
            ("events", new.name, "set", field),
            witness=comparison.event_fold(name, lambda fold: fold.fails),
            remedy="set it where the value is small enough or there, as in a > b ? x : y, or by a new event",
        )


def _known(comparison: Comparison, old: EventSpec | None, new: EventSpec) -> Known:
    """What a setter of the new version may read when it folds an event that the old one stored.

    That a field is required which they lack is said elsewhere.
    """
    today = comparison.pair.new.definition
    always: dict[Chain, Results] = {("data", field): (counted(today, field),) for field in today.data}
    always |= {("data", data.name): (data.old.schema,) for data in _kept_data(comparison)}
    perhaps: dict[Chain, Results] = {}
    if old is None:
        return Known(always)
    before = {new.fields_renamed.get(key, key): field for key, field in old.payload.fields.items()}
    for key, field in new.payload.fields.items():
        lacking = None if field.optional else field
        stored = field if new.version > old.version else before.get(key, lacking)
        values: Results = (stored.schema,) if stored else ()
        if field.has_default:
            values = (*values, {"const": field.default})
        is_there = field.has_default or not field.optional or (stored is not None and not stored.optional)
        (always if is_there else perhaps)["event", key] = values
    return Known(always, perhaps)


def _setter(
    comparison: Comparison, event: NamedEvent, data: KeptField, old: Expression | None, new: Expression | None
) -> ChangeVerdict:
    """`old`, `new`: what was and what is set."""
    name, pair = event.name, comparison.pair
    before, after = (setter.source if setter else "nothing" for setter in (old, new))
    return comparison.verdict(
        ChangeKind.SET_CHANGED,
        f'event "{name}" sets "{data.name}" to {after}, '
        + (f"it set it to {before}" if before != after else "and what that reads has another type"),
        ("events", event.was, "set", data.was),
        ("events", name, "set", data.name),
        witness=comparison.event_fold(event.was, lambda fold: fold.fails or data.was in fold.fields(pair)),
        remedy=f'keep what "{name}" sets and the types of that, and let another event set the new value',
        yaml=_setter_yaml(comparison, event.new, data.name, old) if before != after else None,
    )


def _setter_yaml(
    comparison: Comparison, event: EventSpec | None, field: str, before: Expression | None
) -> str | None:
    """What was set; None where nothing was, or what it read is gone."""
    if before is None or event is None:
        return None
    definition, chains = comparison.pair.new.definition, _chains(comparison, event)
    there = {"event": event.payload.fields.keys(), "data": definition.data.keys()}
    read = [(chain[0], chain[1]) for chain in before.references if len(chain) > 1]
    if any(chains.get(chain, chain[1]) not in there[chain[0]] for chain in read):
        return None
    return event_yaml(definition, event.name, {"set": {field: expression_text(before, chains)}})
