"""The texts that an expression compares a name with: by `==`, `!=` and `in`, where they are written out.

Looks through `?:`, list and map literals, and the variables of macros over such lists.
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

Listed = Mapping[str, ListLiteral]  # the variables of macros, with the lists that they go over


def compared_with(node: Node, name: str, listed: Listed | None = None) -> Iterator[Literal]:
    """Every literal text that the value of `name` is compared with somewhere in `node`."""
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
    """The names that `state` is compared with and that no leaf has, in the order of the text."""
    if ("state",) not in expression.references:
        return []
    known = {*leaves, ""}  # nobody takes the empty text for a name
    found = [part for part in compared_with(parse(expression.source), "state") if part.value not in known]
    return sorted(found, key=lambda part: part.offset)


def _names(node: Node) -> set[str]:
    """The names that the value may be that of."""
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
