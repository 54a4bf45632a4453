"""Branches and expressions as text under the names of the new version, so that equal text means no change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from statewright.canonical import canonical_json
from statewright.language.cel import Expression
from statewright.language.cel.parser import parse
from statewright.language.cel.printer import canonical
from statewright.language.cel.syntax import Has, Name, Node, Select
from statewright.language.model import Branch, Emission

Chains = Mapping[tuple[str, str], str]  # ("data", old field) -> new field


@dataclass(frozen=True, slots=True)
class Renames:
    """Old names -> new ones; what is missing kept its name. Both mappings of fields are by new event.

    `shared_fields`: those that both versions know, the others are no matter of the branch. `chains`: of
    fields that expressions read.
    """

    events: Mapping[str, str] = field(default_factory=dict)
    event_fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    shared_fields: Mapping[str, frozenset[str]] = field(default_factory=dict)
    chains: Chains = field(default_factory=dict)


def branch_text(branch: Branch, renames: Renames) -> str:
    """All that a sender can notice of a branch; where it leads is the business of the moves."""
    return canonical_json(
        {
            "guard": branch.guard and expression_text(branch.guard, renames.chains),
            "roles": sorted(branch.roles),
            "emits": [_emission(emission, renames) for emission in branch.emits],
            "reject": branch.reject,
            "on_refusal": branch.on_refusal,
        }
    )


def expression_text(expression: Expression, chains: Chains) -> str:
    """The canonical text after renaming."""
    if not chains:
        return expression.canonical
    return canonical(_renamed(parse(expression.source), chains))


def _emission(emission: Emission, renames: Renames) -> dict[str, Any]:
    """Every field with its source, whether `with` names it or it comes from the command of itself."""
    event = renames.events.get(emission.event, emission.event)
    today, shared = renames.event_fields.get(event, {}), renames.shared_fields.get(event)
    copied = {name: renames.chains.get(("command", name), name) for name in emission.copied or ()}
    sources = {name: f"command.{field}" for name, field in copied.items()}
    sources |= {name: expression_text(value, renames.chains) for name, value in emission.overrides.items()}
    fields = {today.get(name, name): source for name, source in sources.items()}
    return {
        "event": event,
        "whole": emission.copied is None,
        "fields": {name: source for name, source in fields.items() if shared is None or name in shared},
    }


def _renamed(node: Node, chains: Chains) -> Node:
    if isinstance(node, Select | Has) and isinstance(node.operand, Name):
        return replace(node, field=chains.get((node.operand.name, node.field), node.field))
    parts = {part.name: _renamed_part(getattr(node, part.name), chains) for part in fields(node) if part.init}
    return replace(node, **parts)


def _renamed_part(part: Any, chains: Chains) -> Any:
    match part:
        case Node():
            return _renamed(part, chains)
        case tuple():
            return tuple(_renamed_part(item, chains) for item in part)
        case _:
            return part
