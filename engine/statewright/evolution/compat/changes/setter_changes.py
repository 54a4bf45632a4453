"""Verdicts on the data that stored events set: other values, other types, or new data fields.

Derived from the setters, with witnesses from the search.
"""

from __future__ import annotations

from collections.abc import Iterator

from statewright.analysis.results import Known, Results, counted, results
from statewright.analysis.schemas import losses
from statewright.evolution.compat.change_kinds import ChangeKind
from statewright.evolution.compat.comparison import Comparison
from statewright.evolution.compat.differences import names_of_new, names_of_old
from statewright.evolution.compat.elements import KeptField, NamedEvent, kept_elements
from statewright.evolution.compat.expression_forms import ExpressionForms, renamed_text
from statewright.evolution.compat.remedies import event_yaml
from statewright.evolution.compat.upcast_proofs import sets_the_same_when_upcast
from statewright.evolution.compat.verdicts import ChangeVerdict
from statewright.language.cel import Expression
from statewright.language.cel.fitting import Fit, fits
from statewright.language.cel.syntax import Chain
from statewright.language.model import EventSpec


def setter_changes(comparison: Comparison, event: NamedEvent) -> Iterator[ChangeVerdict]:
    """Verdicts on an event's setters. A change that an upcast compensates does not count."""
    old, new = event.old, event.new
    is_declared = old is not None and new is not None
    for data in _kept_data(comparison):
        before = old.set.get(data.was) if old else None
        after = new.set.get(data.name) if new else None
        place = ("events", event.name, "set", data.name)
        differs = place in comparison.differences.elements if is_declared else before or after
        if before and after and differs and _is_same(comparison, event, data, before, after):
            comparison.settled.add(place)
        elif differs:
            yield _setter(comparison, event, data, before, after)
    yield from _new_data(comparison, event.was, old, new) if new else ()
    for name in old.set if old else ():
        if name not in comparison.pair.data:  # removed with its data field
            comparison.settled.add(("events", event.name, "set", name))


def _kept_data(comparison: Comparison) -> Iterator[KeptField]:
    pair = comparison.pair
    return kept_elements(pair.old.definition.data, pair.new.definition.data, pair.data)


def _chains(comparison: Comparison, new: EventSpec | None) -> dict[tuple[str, str], str]:
    """Map the names that an old setter may read to current ones."""
    chains = {("data", before): after for before, after in comparison.pair.data.items()}
    return chains | {("event", former): name for former, name in (new.fields_renamed if new else {}).items()}


def _is_same(
    comparison: Comparison, event: NamedEvent, data: KeptField, before: Expression, after: Expression
) -> bool:
    """Whether stored events provably set the same value, after upcasts, and one that still fits."""
    old, new, pair = event.old, event.new, comparison.pair
    if old is None or new is None:
        return False
    was = ExpressionForms(pair.old.definition, names_of_old(pair)).setter(old, data.was, before)
    now = ExpressionForms(pair.new.definition, names_of_new(pair)).setter(new, data.name, after)
    if old.version != new.version:
        text = renamed_text(before, _chains(comparison, new))
        if was.data_numbers != now.data_numbers or not sets_the_same_when_upcast(pair, old, new, text, after):
            return False
    elif (was.form, was.numbers) != (now.form, now.numbers):
        return False
    if was.asked == now.asked or (was.asked and fits(data.old.type, data.new.type) is Fit.ALWAYS):
        return True
    values = results(after, _known(comparison, old, new))
    return values is not None and not any(any(losses(value, data.new.schema)) for value in values)


def _new_data(
    comparison: Comparison, name: str, old: EventSpec | None, new: EventSpec
) -> Iterator[ChangeVerdict]:
    """Verdicts on setters of new data fields, unless they provably work for every stored event."""
    known = _known(comparison, old, new)
    for field, setter in new.set.items():
        if field in comparison.pair.data.values():
            continue
        comparison.settled.add(("events", new.name, "set", field))
        if results(setter, known) is not None:
            continue
        yield comparison.verdict(
            ChangeKind.SET_CHANGED,
            f'event "{new.name}" sets the new "{field}" to {setter.source}, which may fail for stored events',
            None,
            ("events", new.name, "set", field),
            witness=comparison.event_fold(name, lambda fold: fold.fails),
            remedy="handle missing or too large values, as in `a > b ? x : y`, or set it from a new event",
        )


def _known(comparison: Comparison, old: EventSpec | None, new: EventSpec) -> Known:
    """The values that a new setter may read when it folds an event stored by the old version.

    A missing required field gets its own verdict.
    """
    definition = comparison.pair.new.definition
    always: dict[Chain, Results] = {
        ("data", field): (counted(definition, field),) for field in definition.data
    }
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
    """The verdict on a changed setter; `old`, `new`: None if that version does not set the field."""
    name, pair = event.name, comparison.pair
    before, after = (setter.source if setter else "" for setter in (old, new))
    return comparison.verdict(
        ChangeKind.SET_CHANGED,
        f'event "{name}" {_setter_text(data.name, before, after)}',
        ("events", event.was, "set", data.was) if old else None,
        ("events", name, "set", data.name),
        witness=comparison.event_fold(event.was, lambda fold: fold.fails or data.was in fold.fields(pair)),
        remedy=f"{'restore the setter and its types, and ' if old else ''}set the new value from a new event",
        yaml=_setter_yaml(comparison, event.new, data.name, old) if before != after else None,
    )


def _setter_text(field: str, before: str, after: str) -> str:
    """The change as a phrase. `before`, `after`: the expressions, empty for an event that does not set it."""
    if not after:
        return f'no longer sets "{field}" (was {before})'
    if before == after:
        return f'sets "{field}" to {after}, which now reads or requires a different type'
    return f'now sets "{field}" to {after} (was {before or "not set"})'


def _setter_yaml(
    comparison: Comparison, event: EventSpec | None, field: str, before: Expression | None
) -> str | None:
    """YAML that restores the old setter; None if no setter existed, or a field that it read is removed."""
    if before is None or event is None:
        return None
    definition, chains = comparison.pair.new.definition, _chains(comparison, event)
    there = {"event": event.payload.fields.keys(), "data": definition.data.keys()}
    read = [(chain[0], chain[1]) for chain in before.references if len(chain) > 1]
    if any(chains.get(chain, chain[1]) not in there[chain[0]] for chain in read):
        return None
    return event_yaml(definition, event.name, {"set": {field: renamed_text(before, chains)}})
