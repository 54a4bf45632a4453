"""The ways in which one expression could be subtly wrong. Pure."""

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
    """Canonical texts that differ from `source` in one place: an operator, a boundary, a constant, a `!`.

    `negate`: the whole turned into its opposite too. Not every one type-checks.
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
    """The node's own variants, then itself with each variant of a part."""
    yield from _of_itself(node)
    for field in fields(node):
        part: Any = getattr(node, field.name)
        if isinstance(part, Node):
            yield from (_with(node, field.name, variant) for variant in _of(part))
        elif isinstance(part, tuple):
            yield from (_with(node, field.name, several) for several in _of_several(part))


def _of_several(parts: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Each time one of them is another; the entries of a map are pairs."""
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


def _of_itself(node: Node) -> Iterator[Node]:
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
