"""By what the declaration of a field may refuse values that were good."""

from __future__ import annotations

from statewright.analysis.schemas import essence, losses
from statewright.language.schema.payloads import Field

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
