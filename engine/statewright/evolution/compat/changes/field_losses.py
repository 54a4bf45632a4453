"""Keywords by which a field's new declaration may refuse values that were valid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from statewright.analysis.schemas import conforms, essence, losses
from statewright.language.schema.payloads import MISSING, Field

# Parts of locations, which acceptances name: never reworded.
REQUIRED = "being required"
REMOVED = "absence"


def field_losses(old: Field | None, new: Field | None) -> list[str] | None:
    """The keywords that may refuse a value; empty if everything stays valid; None if nothing changed."""
    if new is None:
        return [REMOVED]
    if old is None:
        return [] if new.optional else [REQUIRED]
    lost = list(losses(old.schema, new.schema))
    if old.optional and not new.optional:
        lost.append(REQUIRED)
    is_same = essence(old.schema) == essence(new.schema) and old.optional == new.optional
    return None if is_same and not lost else lost


def losses_text(lost: Sequence[str]) -> str:
    """The change as a phrase that follows the field's name."""
    if REMOVED in lost:
        return "is removed, so payloads that contain it are invalid"
    keywords = ", ".join(one for one in lost if one != REQUIRED)
    refuses = f"may refuse values that were valid ({keywords})"
    if REQUIRED in lost:
        return f"is now required and {refuses}" if keywords else "is now required"
    return refuses if lost else "accepts more values"


def shown_losses(old: Field, new: Field, value: object) -> Iterator[str]:
    """The losses that refuse this value, which was valid. MISSING means that the field is absent."""
    if value is MISSING:
        yield REQUIRED
        return
    for lost in field_losses(old, new) or ():
        keyword = next((key for key in (lost.partition(".")[0], "properties") if key in new.schema), lost)
        schema = {**old.schema, keyword: new.schema.get(keyword)} if keyword in new.schema else new.schema
        if not conforms(schema, value):
            yield lost
