"""By what the declaration of a field may refuse values that were good."""

from __future__ import annotations

from statewright.evolution.compat.schemas import essence, losses
from statewright.language.schema.payloads import Field


def field_losses(old: Field | None, new: Field | None) -> str | None:
    """By what a value may be refused now; "" where all that was good is; None where nothing changed."""
    if new is None:
        return "absence"
    if old is None:
        return "" if new.optional else "being required"
    lost = [
        *losses(old.schema, new.schema),
        *(["being required"] if old.optional and not new.optional else []),
    ]
    same = essence(old.schema) == essence(new.schema) and old.optional == new.optional
    return ", ".join(lost) or (None if same else "")
