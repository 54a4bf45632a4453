"""The syntax tree of an expression: frozen nodes, each with the offset of its defining token.

Offsets are unique within a parsed tree, so they identify nodes. Equality ignores them: trees are equal if
they mean the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

Chain = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the syntax tree. `offset` counts characters of the source from 0."""

    offset: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A constant. `text` distinguishes 1, 1.0 and true, which are equal in Python."""

    value: int | float | str | bool | None = field(compare=False)
    text: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", repr(self.value))


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True)
class Select(Node):
    operand: Node
    field: str


@dataclass(frozen=True, slots=True)
class Has(Node):
    """has(operand.field)"""

    operand: Node
    field: str


@dataclass(frozen=True, slots=True)
class Index(Node):
    operand: Node
    index: Node


@dataclass(frozen=True, slots=True)
class Unary(Node):
    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary(Node):
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logical(Node):
    """A chain of `&&` or of `||` with at least two operands."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """f(a, b), or the method call a.f(b), whose receiver is the first argument."""

    function: str
    arguments: tuple[Node, ...]
    method: bool = False


@dataclass(frozen=True, slots=True)
class Macro(Node):
    """operand.name(variable, body…). Only the bodies see the variable. `map` may have two bodies."""

    name: str
    operand: Node
    variable: str
    bodies: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ListLiteral(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class MapLiteral(Node):
    entries: tuple[tuple[Node, Node], ...]


def children(node: Node) -> tuple[Node, ...]:
    """The direct children of a node, in text order."""
    match node:
        case Select(operand=operand) | Has(operand=operand) | Unary(operand=operand):
            return (operand,)
        case Index():
            return (node.operand, node.index)
        case Binary():
            return (node.left, node.right)
        case Logical():
            return node.operands
        case Conditional():
            return (node.condition, node.then, node.otherwise)
        case Call():
            return node.arguments
        case Macro():
            return (node.operand, *node.bodies)
        case ListLiteral():
            return node.items
        case MapLiteral():
            return tuple(part for entry in node.entries for part in entry)
        case _:
            return ()


def walk(tree: Node) -> Iterator[tuple[Node, int]]:
    """Yield every node with its depth (1 for the root), without recursion."""
    waiting = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        waiting.extend((child, depth + 1) for child in children(node))


def path(node: Node) -> Chain | None:
    """The names of a selection such as `data.address.city`; None for other nodes."""
    names: list[str] = []
    while isinstance(node, Select):
        names.append(node.field)
        node = node.operand
    return (node.name, *reversed(names)) if isinstance(node, Name) else None


def references(node: Node, bound: frozenset[str] = frozenset()) -> frozenset[Chain]:
    """The longest chains of free names. `bound`: the variables of enclosing macros."""
    chain = path(node)
    if isinstance(node, Has) and (operand := path(node.operand)) is not None:
        chain = (*operand, node.field)
    if chain is not None:
        return frozenset() if chain[0] in bound else frozenset({chain})
    if isinstance(node, Macro):
        inner = (references(body, bound | {node.variable}) for body in node.bodies)
        return references(node.operand, bound).union(*inner)
    return frozenset[Chain]().union(*(references(child, bound) for child in children(node)))
