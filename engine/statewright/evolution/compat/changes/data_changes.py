"""Verdicts on the schemas of data fields, which only decisions check."""

from __future__ import annotations

from collections.abc import Iterator

from statewright.analysis.schemas import essence, losses
from statewright.evolution.compat.change_kinds import ChangeKind
from statewright.evolution.compat.changes.field_losses import losses_text
from statewright.evolution.compat.comparison import Comparison
from statewright.evolution.compat.elements import Added, Kept, KeptField, Removed, elements
from statewright.evolution.compat.field_values import always_set_within
from statewright.evolution.compat.verdicts import ChangeVerdict
from statewright.language.schema.payloads import Field

_MORE = "so commands that were refused may be accepted"


def data_changes(comparison: Comparison) -> Iterator[ChangeVerdict]:
    """Verdicts on each field, and on commands refused or accepted because of it unless already shown."""
    pair = comparison.pair
    for field in elements(pair.old.definition.data, pair.new.definition.data, pair.data):
        match field:
            case Removed(was=name, old=old):
                yield from _removed(comparison, name, old)
            case Added(name, new):
                yield from _added(comparison, name, new)
            case Kept() if essence(field.old.schema) != essence(field.new.schema):
                yield from _kept(comparison, field)


def _removed(comparison: Comparison, name: str, old: Field) -> Iterator[ChangeVerdict]:
    place = ("data", name)
    yield comparison.verdict(ChangeKind.DATA_CHANGED, f'data field "{name}" is removed', place)
    if not always_set_within(comparison.pair.old.definition, name, old.schema):
        message = f'data field "{name}" is removed, {_MORE}'
        yield comparison.verdict(ChangeKind.LOOSENED, message, place)


def _added(comparison: Comparison, name: str, new: Field) -> Iterator[ChangeVerdict]:
    """Verdicts on a new field. Setters that may fail get their own verdict."""
    place = ("data", name)
    is_shown = place in comparison.settled
    yield comparison.verdict(ChangeKind.DATA_CHANGED, f'data field "{name}" is added', new=place)
    if not is_shown and not always_set_within(comparison.pair.new.definition, name, new.schema, unknown=True):
        message = f'events may set the new data field "{name}" to values that do not fit its schema'
        yield comparison.verdict(ChangeKind.INVARIANT_TIGHTENED, message, new=place)


def _kept(comparison: Comparison, field: KeptField) -> Iterator[ChangeVerdict]:
    """Verdicts on a changed field. It may both refuse more and accept more."""
    old, new = ("data", field.was), ("data", field.name)
    lost, gained = (
        list(losses(field.old.schema, field.new.schema)),
        list(losses(field.new.schema, field.old.schema)),
    )
    is_shown = new in comparison.settled
    if len(lost) > is_shown:  # the shown one is among them
        message = f'data field "{field.name}" {losses_text(lost)}'
        yield comparison.verdict(ChangeKind.INVARIANT_TIGHTENED, message, old, new, element=(*new, "schema"))
    if not lost:
        yield comparison.verdict(
            ChangeKind.DATA_CHANGED, f'data field "{field.name}" accepts more values', old, new
        )
    if (
        gained
        and not is_shown
        and not always_set_within(comparison.pair.old.definition, field.was, field.old.schema)
    ):
        message = f'data field "{field.name}" accepts more values, {_MORE}'
        yield comparison.verdict(ChangeKind.LOOSENED, message, old, new)
