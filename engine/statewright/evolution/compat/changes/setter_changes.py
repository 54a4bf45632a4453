"""What stored events set under a new version: other values, values of another type, or data that are new.

Told from the texts of setters, with the streams that the search found.
"""

from __future__ import annotations

from collections.abc import Iterator

from statewright.analysis.results import Known, Results, counted, results
from statewright.evolution.compat.change_kinds import ChangeKind
from statewright.evolution.compat.comparison import Comparison
from statewright.evolution.compat.correspondence import spec_of
from statewright.evolution.compat.elements import Kept, field_elements, kept_elements
from statewright.evolution.compat.remedies import event_yaml
from statewright.evolution.compat.searching import FoldDifference
from statewright.evolution.compat.translation import expression_text
from statewright.evolution.compat.verdicts import ChangeVerdict
from statewright.language.cel import Expression
from statewright.language.cel.syntax import Chain
from statewright.language.model import EventSpec


def setter_changes(comparison: Comparison, name: str, today: str) -> Iterator[ChangeVerdict]:
    """Of one event, by its old name and that of today: what it set before, then data that are new."""
    pair = comparison.pair
    old, new = spec_of(pair.old.definition, name), spec_of(pair.new.definition, today)
    chains = {("data", before): after for before, after in pair.data.items()}
    chains |= {("event", before): after for before, after in (new.fields_renamed if new else {}).items()}
    for data in kept_elements(pair.old.definition.data, pair.new.definition.data, pair.data):
        former, field = data.was, data.name
        before = old.set.get(former) if old else None
        after = new.set.get(field) if new else None
        texts = (before and expression_text(before, chains), after and after.canonical)
        retyped = after is not None and _is_retyped(comparison, old, new, after)
        if texts[0] != texts[1] or retyped:
            verdict = _setter(comparison, (name, former), (today, field), (before, after))
            if verdict.witness or retyped or not _is_upcast(old, new):
                yield verdict
    yield from _new_data(comparison, name, new) if new else ()


def _is_upcast(old: EventSpec | None, new: EventSpec | None) -> bool:
    """Whether stored events are brought into another form first, so that another text may set the same."""
    return old is not None and new is not None and new.version > old.version


def _is_retyped(
    comparison: Comparison, old: EventSpec | None, new: EventSpec | None, setter: Expression
) -> bool:
    """Whether it computes with a field of another type: 7 / 2 is 3 for integers and 3.5 for numbers."""
    pair = comparison.pair
    data = kept_elements(pair.old.definition.data, pair.new.definition.data, pair.data)
    changed = {("data", one.name) for one in data if str(one.old.type) != str(one.new.type)}
    if old is not None and new is not None and not _is_upcast(old, new):
        fields = (one for one in field_elements(old, new) if isinstance(one, Kept))
        changed |= {("event", one.name) for one in fields if str(one.old.type) != str(one.new.type)}
    is_copy = setter.canonical in map(".".join, setter.references)
    return not is_copy and any(chain[:2] in changed for chain in setter.references)


def _new_data(comparison: Comparison, name: str, new: EventSpec) -> Iterator[ChangeVerdict]:
    """Setters of data that the old version lacks, unless they surely have a value for every stored event."""
    known = _known(comparison, name, new)
    for field, setter in new.set.items():
        if field in comparison.pair.data.values() or results(setter, known) is not None:
            continue
        yield comparison.verdict(
            ChangeKind.SET_CHANGED,
            f'event "{new.name}" sets the new "{field}" to {setter.source}, which may fail for stored ones',
            old=("events", name),
            new=("events", new.name, "set", field),
            witness=comparison.fold(lambda fold: fold.events[-1].type == name and isinstance(fold.new, str)),
            remedy="set it where the value is small enough or there, as in a > b ? x : y, or by a new event",
        )


def _known(comparison: Comparison, name: str, new: EventSpec) -> Known:
    """What a setter of the new version may read when it folds an event that the old one stored.

    That a field is required which they lack is said elsewhere.
    """
    pair = comparison.pair
    old = spec_of(pair.old.definition, name)
    always: dict[Chain, Results] = {
        ("data", field): (counted(pair.new.definition, field),) for field in pair.new.definition.data
    }
    always |= {
        ("data", after): (pair.old.definition.data[before].schema,) for before, after in pair.data.items()
    }
    perhaps: dict[Chain, Results] = {}
    if old is None:
        return Known(always)
    before = {new.fields_renamed.get(key, key): field for key, field in old.payload.fields.items()}
    for key, field in new.payload.fields.items():
        lacking = None if field.optional else field
        stored = field if _is_upcast(old, new) else before.get(key, lacking)
        values: Results = (stored.schema,) if stored else ()
        if field.has_default:
            values = (*values, {"const": field.default})
        is_there = field.has_default or not field.optional or (stored is not None and not stored.optional)
        (always if is_there else perhaps)["event", key] = values
    return Known(always, perhaps)


def _setter(
    comparison: Comparison,
    old: tuple[str, str],
    new: tuple[str, str],
    setters: tuple[Expression | None, Expression | None],
) -> ChangeVerdict:
    """`old`, `new`: event and data field. `setters`: what was and what is set."""
    before, after = (setter.source if setter else "nothing" for setter in setters)
    (name, former), (today, field) = old, new

    def shows(fold: FoldDifference) -> bool:
        return fold.events[-1].type == name and (
            isinstance(fold.new, str) or former in fold.fields(comparison.pair)
        )

    return comparison.verdict(
        ChangeKind.SET_CHANGED,
        f'event "{today}" sets "{field}" to {after}, '
        + (f"it set it to {before}" if before != after else "and what that reads has another type"),
        old=("events", name, "set", former),
        new=("events", today, "set", field),
        witness=comparison.fold(shows),
        remedy=f'keep what "{today}" sets and the types of that, and let another event set the new value',
        yaml=_setter_yaml(comparison, today, field, setters[0]) if before != after else None,
    )


def _setter_yaml(comparison: Comparison, event: str, field: str, before: Expression | None) -> str | None:
    """What was set; None where nothing was, or what it read is gone."""
    spec = spec_of(comparison.pair.new.definition, event)
    if before is None or spec is None:
        return None
    chains = {("data", former): today for former, today in comparison.pair.data.items()}
    chains |= {("event", former): today for former, today in spec.fields_renamed.items()}
    there = {"event": spec.payload.fields.keys(), "data": comparison.pair.new.definition.data.keys()}
    if any(chains.get(chain, chain[1]) not in there[chain[0]] for chain in _pairs(before)):
        return None
    return event_yaml(
        comparison.pair.new.definition, event, {"set": {field: expression_text(before, chains)}}
    )


def _pairs(expression: Expression) -> list[tuple[str, str]]:
    """The fields that it reads, each with its root."""
    return [(chain[0], chain[1]) for chain in expression.references if len(chain) > 1]
