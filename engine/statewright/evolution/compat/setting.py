"""What stored events set under a new version: other values, values of another type, or data that are new.

Told from the texts of setters, with the streams that the search found.
"""

from __future__ import annotations

from collections.abc import Iterator

from statewright.analysis.results import Known, Results, counted, results
from statewright.evolution.compat.case import Case
from statewright.evolution.compat.correspondence import spec_of
from statewright.evolution.compat.remedies import event_yaml
from statewright.evolution.compat.rules import Rule
from statewright.evolution.compat.searching import Fold
from statewright.evolution.compat.translation import expression_text
from statewright.evolution.compat.verdicts import Verdict
from statewright.language.cel import Expression
from statewright.language.cel.syntax import Path as Chain
from statewright.language.model import EventSpec


def setter_verdicts(case: Case, name: str, today: str) -> Iterator[Verdict]:
    """Of one event, by its old name and that of today: what it set before, then data that are new."""
    pair = case.pair
    old, new = spec_of(pair.old.definition, name), spec_of(pair.new.definition, today)
    chains = {("data", before): after for before, after in pair.data.items()}
    chains |= {("event", before): after for before, after in (new.fields_renamed if new else {}).items()}
    for former, field in pair.data.items():
        before = old.set.get(former) if old else None
        after = new.set.get(field) if new else None
        texts = (before and expression_text(before, chains), after and after.canonical)
        retyped = after is not None and _is_retyped(case, old, new, after)
        if texts[0] != texts[1] or retyped:
            verdict = _setter(case, (name, former), (today, field), (before, after))
            if verdict.witness or retyped or not _is_upcast(old, new):
                yield verdict
    yield from _new_data(case, name, new) if new else ()


def _is_upcast(old: EventSpec | None, new: EventSpec | None) -> bool:
    """Whether stored events are brought into another form first, so that another text may set the same."""
    return old is not None and new is not None and new.version > old.version


def _is_retyped(case: Case, old: EventSpec | None, new: EventSpec | None, setter: Expression) -> bool:
    """Whether it computes with a field of another type: 7 / 2 is 3 for integers and 3.5 for numbers."""
    pair = case.pair
    types = {
        ("data", after): (pair.old.definition.data[before], pair.new.definition.data[after])
        for before, after in pair.data.items()
    }
    if old is not None and new is not None and not _is_upcast(old, new):
        for before, field in old.payload.fields.items():
            after = new.fields_renamed.get(before, before)
            if after in new.payload.fields:
                types["event", after] = (field, new.payload.fields[after])
    changed = {chain for chain, (before, after) in types.items() if str(before.type) != str(after.type)}
    is_copy = setter.canonical in map(".".join, setter.references)
    return not is_copy and any(chain[:2] in changed for chain in setter.references)


def _new_data(case: Case, name: str, new: EventSpec) -> Iterator[Verdict]:
    """Setters of data that the old version lacks, unless they surely have a value for every stored event."""
    known = _known(case, name, new)
    for field, setter in new.set.items():
        if field in case.pair.data.values() or results(setter, known) is not None:
            continue
        yield case.verdict(
            Rule.SET_CHANGED,
            f'event "{new.name}" sets the new "{field}" to {setter.source}, which may fail for stored ones',
            old=("events", name),
            new=("events", new.name, "set", field),
            witness=case.fold(lambda fold: fold.events[-1].type == name and isinstance(fold.new, str)),
            remedy="set it where the value is small enough or there, as in a > b ? x : y, or by a new event",
        )


def _known(case: Case, name: str, new: EventSpec) -> Known:
    """What a setter of the new version may read when it folds an event that the old one stored.

    That a field is required which they lack is said elsewhere.
    """
    pair = case.pair
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
    case: Case,
    old: tuple[str, str],
    new: tuple[str, str],
    setters: tuple[Expression | None, Expression | None],
) -> Verdict:
    """`old`, `new`: event and data field. `setters`: what was and what is set."""
    before, after = (setter.source if setter else "nothing" for setter in setters)
    (name, former), (today, field) = old, new

    def shows(fold: Fold) -> bool:
        return fold.events[-1].type == name and (
            isinstance(fold.new, str) or former in fold.fields(case.pair)
        )

    return case.verdict(
        Rule.SET_CHANGED,
        f'event "{today}" sets "{field}" to {after}, '
        + (f"it set it to {before}" if before != after else "and what that reads has another type"),
        old=("events", name, "set", former),
        new=("events", today, "set", field),
        witness=case.fold(shows),
        remedy=f'keep what "{today}" sets and the types of that, and let another event set the new value',
        yaml=_setter_yaml(case, today, field, setters[0]) if before != after else None,
    )


def _setter_yaml(case: Case, event: str, field: str, before: Expression | None) -> str | None:
    """What was set; None where nothing was, or what it read is gone."""
    spec = spec_of(case.pair.new.definition, event)
    if before is None or spec is None:
        return None
    chains = {("data", former): today for former, today in case.pair.data.items()}
    chains |= {("event", former): today for former, today in spec.fields_renamed.items()}
    there = {"event": spec.payload.fields.keys(), "data": case.pair.new.definition.data.keys()}
    if any(chains.get(chain, chain[1]) not in there[chain[0]] for chain in _pairs(before)):
        return None
    return event_yaml(case.pair.new.definition, event, {"set": {field: expression_text(before, chains)}})


def _pairs(expression: Expression) -> list[tuple[str, str]]:
    """The fields that it reads, each with its root."""
    return [(chain[0], chain[1]) for chain in expression.references if len(chain) > 1]
