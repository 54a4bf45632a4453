"""How parts of a machine are put into words, the same in every picture, table and page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from statewright.diagrams.chart import ChartStep

NOTES: Final = ("title", "description", "examples", "default")  # keywords that limit no value

_UNITS = (("week", 604_800), ("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def effect(step: ChartStep) -> str:
    """What a step does, without where it leads."""
    if step.refusal is not None:
        return f"refused: {step.refusal}"
    return ", ".join(step.events) or "nothing stored"


def period(seconds: int) -> str:
    """
    >>> period(93_600), period(90)
    ('1 day 2 hours', '1 minute 30 seconds')
    """
    parts = []
    for unit, length in _UNITS:
        count, seconds = divmod(seconds, length)
        if count:
            parts.append(f"{count} {unit}{'' if count == 1 else 's'}")
    return " ".join(parts) or "0 seconds"


def schema_text(schema: Mapping[str, Any]) -> str:
    """What a field's schema demands, in a phrase.

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
