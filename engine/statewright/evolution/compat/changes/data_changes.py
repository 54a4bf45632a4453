"""What a new version asks of the data, by their fields: only decisions check it."""

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
    """Each field, then by what more of it is refused or accepted, unless the search has shown it."""
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
    """That its setters may fail for stored events is said of them."""
    place = ("data", name)
    is_told = place in comparison.settled
    yield comparison.verdict(ChangeKind.DATA_CHANGED, f'data field "{name}" is added', new=place)
    if not is_told and not always_set_within(comparison.pair.new.definition, name, new.schema, unknown=True):
        message = f'events may set the new data field "{name}" to values that do not fit its schema'
        yield comparison.verdict(ChangeKind.INVARIANT_TIGHTENED, message, new=place)


def _kept(comparison: Comparison, field: KeptField) -> Iterator[ChangeVerdict]:
    """A field that was shown to refuse or to accept more may do the other as well."""
    old, new = ("data", field.was), ("data", field.name)
    lost, gained = (
        list(losses(field.old.schema, field.new.schema)),
        list(losses(field.new.schema, field.old.schema)),
    )
    is_told = new in comparison.settled
    if len(lost) > is_told:  # what was shown is one of them
        message = f'data field "{field.name}" {losses_text(lost)}'
        yield comparison.verdict(ChangeKind.INVARIANT_TIGHTENED, message, old, new, element=(*new, "schema"))
    if not lost:
        yield comparison.verdict(
            ChangeKind.DATA_CHANGED, f'data field "{field.name}" accepts more values', old, new
        )
    if (
        gained
        and not is_told
        and not always_set_within(comparison.pair.old.definition, field.was, field.old.schema)
    ):
        message = f'data field "{field.name}" accepts more values, {_MORE}'
        yield comparison.verdict(ChangeKind.LOOSENED, message, old, new)
