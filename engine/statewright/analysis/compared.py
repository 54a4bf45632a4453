"""The string literals that an expression compares a name with, by `==`, `!=` and `in`.

Follows `?:`, list and map literals, and the variables of macros over such lists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from statewright.language.cel import Expression
from statewright.language.cel.parser import parse
from statewright.language.cel.syntax import (
    Binary,
    Conditional,
    Index,
    ListLiteral,
    Literal,
    Macro,
    MapLiteral,
    Name,
    Node,
    children,
)

Listed = Mapping[str, ListLiteral]  # variables of macros, with the lists that they iterate over


def compared_with(node: Node, name: str, listed: Listed | None = None) -> Iterator[Literal]:
    """Every string literal in `node` that is compared with the value of `name`."""
    listed = listed or {}
    match node:
        case Binary(operator="==" | "!="):
            for part, other in ((node.left, node.right), (node.right, node.left)):
                if name in _names(part):
                    yield from _texts(other, listed)
        case Binary(operator="in") if name in _names(node.left):
            yield from _members(node.right)
        case Index() if name in _names(node.index):
            yield from _members(node.operand)
        case Macro():
            yield from compared_with(node.operand, name, listed)
            over = {node.variable: node.operand} if isinstance(node.operand, ListLiteral) else {}
            outer = {variable: items for variable, items in listed.items() if variable != node.variable}
            for body in node.bodies if node.variable != name else ():
                yield from compared_with(body, name, {**outer, **over})
            return
    for child in children(node):
        yield from compared_with(child, name, listed)


def unknown_states(expression: Expression, leaves: Sequence[str]) -> list[Literal]:
    """The literals that are compared with `state` but name no leaf, in the order of the text."""
    if ("state",) not in expression.references:
        return []
    known = {*leaves, ""}  # the empty string is not meant as a name
    found = [part for part in compared_with(parse(expression.source), "state") if part.value not in known]
    return sorted(found, key=lambda part: part.offset)


def _names(node: Node) -> set[str]:
    """The names whose value the node can have."""
    match node:
        case Name():
            return {node.name}
        case Conditional():
            return _names(node.then) | _names(node.otherwise)
        case _:
            return set()


def _texts(node: Node, listed: Listed) -> Iterator[Literal]:
    match node:
        case Literal(value=str()):
            yield node
        case Conditional():
            yield from _texts(node.then, listed)
            yield from _texts(node.otherwise, listed)
        case Name() if node.name in listed:
            yield from _members(listed[node.name])


def _members(node: Node) -> Iterator[Literal]:
    """The items of a list, or the keys of a map."""
    parts: tuple[Node, ...] = ()
    match node:
        case ListLiteral():
            parts = node.items
        case MapLiteral():
            parts = tuple(key for key, _ in node.entries)
        case Conditional():
            parts = (*_members(node.then), *_members(node.otherwise))
    for part in parts:
        yield from _texts(part, {})
