"""The behaviour digest: a hash of exactly those parts of a definition that affect the folding of events.

Definitions with the same behaviour digest fold every stream alike, so they can share snapshots. Guards,
command payloads and descriptions are deliberately excluded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from statewright.canonical import digest
from statewright.language.cel import Expression
from statewright.language.model import Definition, EventSpec
from statewright.language.normal_form import LANGUAGE
from statewright.language.schema.payloads import Field
from statewright.machine.flatten import TransitionTable


def behaviour_digest(definition: Definition, table: TransitionTable) -> str:
    """The SHA-256 (hex) of the canonical JSON of the behaviour."""
    return digest(
        {
            "language": LANGUAGE,
            "initial": definition.leaf_of(definition.initial),
            "data": {name: _field(field) for name, field in definition.data.items()},
            "moves": sorted(
                [leaf, event, move.leaf, move.entered] for (leaf, event), move in table.moves.items()
            ),
            "events": {name: _event(event) for name, event in (definition.events or {}).items()},
            "renames": {
                state.name: sorted(state.renamed_from)
                for state in definition.states.values()
                if state.renamed_from
            },
        }
    )


def _field(field: Field) -> dict[str, Any]:
    shown: dict[str, Any] = {"type": str(field.type), "optional": field.optional}
    if field.has_default:
        shown["default"] = field.default
    return shown


def _event(event: EventSpec) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "payload": {name: _field(field) for name, field in event.payload.fields.items()},
        "set": _texts(event.set),
        "renamed_from": sorted(event.renamed_from),
        "fields_renamed": dict(event.fields_renamed),
    }
    if event.upcasts:
        shown["upcasts"] = [_texts(values) for values in event.upcasts]
        # The result of an upcast is validated against the whole schema, not only against the types.
        shown["schemas"] = {name: field.schema for name, field in event.payload.fields.items()}
    return shown


def _texts(values: Mapping[str, Expression]) -> dict[str, str]:
    return {name: value.canonical for name, value in values.items()}
