"""Proofs that a setter after an upcast sets the same value as before, by substituting the upcast into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from statewright.analysis.normal_expressions import normal_text
from statewright.errors import ExpressionError
from statewright.evolution.compat.correspondence import Pair
from statewright.evolution.compat.expression_forms import number_text
from statewright.language.cel import Expression
from statewright.language.cel.parser import parse
from statewright.language.cel.printer import canonical
from statewright.language.cel.syntax import Has, Literal, Name, Node, Select
from statewright.language.cel.types import Type
from statewright.language.model import EventSpec
from statewright.language.schema.payloads import record_type


def sets_the_same_when_upcast(
    pair: Pair, old: EventSpec, new: EventSpec, before: str, after: Expression
) -> bool:
    """Whether the setters are proved equal. `before`: the old setter's text under current names.

    False if numbers become doubles on the way, or if the setter reads the whole event.
    """
    if any(chain == ("event",) for chain in after.references):
        return False
    tree = parse(after.source)
    is_copy = after.canonical in map(".".join, after.references)
    for link in reversed(new.upcasts[old.version - 1 :]):
        tree = _put(tree, {name: parse(value.source) for name, value in link.items()})
    stored = {new.fields_renamed.get(name, name): field for name, field in old.payload.fields.items()}
    read = [chain[1] for chain in after.references if chain[0] == "event" and len(chain) > 1]
    if not is_copy and any(
        _becomes_double(stored[name].type if name in stored else None, new, name) for name in read
    ):
        return False
    data = record_type({pair.data.get(name, name): field for name, field in pair.old.definition.data.items()})
    names: dict[str, Type] = {"data": data, "event": record_type(stored)}
    try:
        return normal_text(parse(before), names) == normal_text(parse(canonical(tree)), names)
    except ExpressionError:
        return False


def _becomes_double(before: Type | None, new: EventSpec, name: str) -> bool:
    after = number_text(new.payload.fields[name].type) if name in new.payload.fields else ""
    return "double" in after and (before is None or number_text(before) != after)


def _put(node: Node, link: Mapping[str, Node]) -> Node:
    """Substitute the values of an upcast for the fields that it sets."""
    match node:
        case Select(operand=Name(name="event"), field=field) if field in link:
            return link[field]
        case Has(operand=Name(name="event"), field=field) if field in link:
            return Literal(offset=node.offset, value=True)
    parts = {part.name: _put_part(getattr(node, part.name), link) for part in fields(node) if part.init}
    return replace(node, **parts)


def _put_part(part: Any, link: Mapping[str, Node]) -> Any:
    match part:
        case Node():
            return _put(part, link)
        case tuple():
            return tuple(_put_part(item, link) for item in part)
        case _:
            return part
