"""Words parts of a machine the same way in every picture, table and page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from statewright.diagrams.chart import ChartStep

NOTES: Final = ("title", "description", "examples", "default")  # keywords that restrict no values


def effect(step: ChartStep) -> str:
    """The events or the refusal of a step."""
    if step.refusal is not None:
        return f"refused: {step.refusal}"
    return ", ".join(step.events) or "no events"


def schema_text(schema: Mapping[str, Any]) -> str:
    """A phrase for the schema of a field.

    >>> schema_text({"type": ["string", "null"], "maxLength": 80})
    'string or null, maxLength 80'
    """
    declared = schema.get("type", "any value")
    kind = declared if isinstance(declared, str) else " or ".join(declared)
    limits = [
        f"{key} {_compact(value)}"
        for key, value in schema.items()
        if key != "type" and key not in NOTES and not key.startswith("x-")
    ]
    return ", ".join([kind, *limits])


def _compact(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
