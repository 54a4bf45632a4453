"""By what the declaration of a field may refuse values that were good."""

from __future__ import annotations

from collections.abc import Iterator

from statewright.analysis.schemas import conforms, essence, losses
from statewright.language.schema.payloads import MISSING, Field

REQUIRED = "being required"


def field_losses(old: Field | None, new: Field | None) -> list[str] | None:
    """By what a value may be refused now; none where all that was good is; None where nothing changed."""
    if new is None:
        return ["absence"]
    if old is None:
        return [] if new.optional else [REQUIRED]
    lost = list(losses(old.schema, new.schema))
    if old.optional and not new.optional:
        lost.append(REQUIRED)
    is_same = essence(old.schema) == essence(new.schema) and old.optional == new.optional
    return None if is_same and not lost else lost


def shown_losses(old: Field, new: Field, value: object) -> Iterator[str]:
    """Those losses by which this value, which was good, is refused; MISSING where none was given."""
    if value is MISSING:
        yield REQUIRED
        return
    for lost in field_losses(old, new) or ():
        keyword = next((key for key in (lost.partition(".")[0], "properties") if key in new.schema), lost)
        schema = {**old.schema, keyword: new.schema.get(keyword)} if keyword in new.schema else new.schema
        if not conforms(schema, value):
            yield lost
