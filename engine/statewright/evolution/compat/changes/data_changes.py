"""What a new version asks of the data, by fields and invariants: only decisions check either."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from statewright.evolution.compat.change_kinds import ChangeKind
from statewright.evolution.compat.changes.field_losses import field_losses
from statewright.evolution.compat.comparison import Comparison
from statewright.evolution.compat.elements import Added, Kept, Removed, elements
from statewright.evolution.compat.translation import expression_text
from statewright.evolution.compat.verdicts import ChangeVerdict


def data_changes(comparison: Comparison, told: Collection[str]) -> Iterator[ChangeVerdict]:
    """`told`: the locations of the search's verdicts; nothing is added to them."""
    yield from _fields(comparison, told)
    yield from _invariants(comparison, told)


def _fields(comparison: Comparison, told: Collection[str]) -> Iterator[ChangeVerdict]:
    pair = comparison.pair
    for field in elements(pair.old.definition.data, pair.new.definition.data, pair.data):
        match field:
            case Removed(was=name):
                message = f'data field "{name}" is dropped'
                yield comparison.verdict(ChangeKind.DATA_CHANGED, message, ("data", name))
            case Added(name):
                message = f'data field "{name}" is added'
                yield comparison.verdict(ChangeKind.DATA_CHANGED, message, new=("data", name))
            case Kept(was=name, name=today):
                lost = field_losses(field.old, field.new)
                if lost is None or f"data.{today}" in told:
                    continue
                kind = ChangeKind.INVARIANT_TIGHTENED if lost else ChangeKind.DATA_CHANGED
                said = f"may be refused by its {lost}" if lost else "admits more"
                message = f'data field "{today}" {said}'
                yield comparison.verdict(kind, message, ("data", name), ("data", today))


def _invariants(comparison: Comparison, told: Collection[str]) -> Iterator[ChangeVerdict]:
    """Each is its expression; those that are gone allow more."""
    pair = comparison.pair
    chains = {("data", name): today for name, today in pair.data.items()}
    before = {expression_text(one.check, chains): one for one in pair.old.definition.invariants}
    after = {one.check.canonical: one for one in pair.new.definition.invariants}
    for invariant in elements(before, after):
        if isinstance(invariant, Added) and "invariants" not in told:
            message = f'"{invariant.new.check.source}" must hold now'
            path = invariant.new.path
            yield comparison.verdict(ChangeKind.INVARIANT_TIGHTENED, message, new=path, at=("invariants",))
