"""Small mistakes that an author could make in one expression. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from statewright.language.cel.parser import parse
from statewright.language.cel.printer import canonical
from statewright.language.cel.syntax import Binary, Literal, Logical, Node, Unary
from statewright.strict_json import INTEGER_MAX, INTEGER_MIN

_OPERATORS = {
    "<": "<=",
    "<=": "<",
    ">": ">=",
    ">=": ">",
    "==": "!=",
    "!=": "==",
    "+": "-",
    "-": "+",
    "&&": "||",
    "||": "&&",
}


def variants(source: str, *, negate: bool = False) -> list[str]:
    """Canonical expressions that differ from `source` in one operator, boundary, constant or `!`.

    `negate`: include the negation of the whole expression. A variant may fail to type-check.
    """
    tree = parse(source)
    texts = dict.fromkeys(canonical(variant) for variant in _of(tree))
    if negate:
        texts.setdefault(canonical(_opposite(tree)))
    return list(texts)


def _opposite(node: Node) -> Node:
    match node:
        case Unary(operator="!"):
            return node.operand
        case Literal(value=bool()):
            return Literal(node.offset, not node.value)
        case Binary(operator="==" | "!="):
            return replace(node, operator=_OPERATORS[node.operator])
        case _:
            return Unary(node.offset, "!", node)


def _of(node: Node) -> Iterator[Node]:
    """Variants of the node itself, then variants of its parts."""
    yield from _node_variants(node)
    for field in fields(node):
        part: Any = getattr(node, field.name)
        if isinstance(part, Node):
            yield from (_with(node, field.name, variant) for variant in _of(part))
        elif isinstance(part, tuple):
            yield from (_with(node, field.name, several) for several in _of_several(part))


def _of_several(parts: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """The parts with one of them replaced by a variant. Entries of maps are pairs."""
    for place, part in enumerate(parts):
        ways: Iterator[Any] = iter(())
        if isinstance(part, Node):
            ways = _of(part)
        elif isinstance(part, tuple):
            ways = _of_several(part)
        yield from ((*parts[:place], way, *parts[place + 1 :]) for way in ways)


def _with(node: Node, name: str, part: Any) -> Node:
    changes: dict[str, Any] = {name: part}
    return replace(node, **changes)


def _node_variants(node: Node) -> Iterator[Node]:
    match node:
        case Binary(operator=operator) | Logical(operator=operator) if operator in _OPERATORS:
            yield replace(node, operator=_OPERATORS[operator])
        case Unary(operator="!"):
            yield node.operand
        case Literal(value=bool()):
            yield Literal(node.offset, not node.value)
        case Literal(value=int(value)):
            yield from (
                Literal(node.offset, near)
                for near in (value + 1, value - 1)
                if INTEGER_MIN <= near <= INTEGER_MAX
            )
