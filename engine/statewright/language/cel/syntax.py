"""The syntax tree of an expression: frozen nodes, each with the offset of the token that defines it.

No two nodes of one parsed tree share an offset, so an offset names a node. Equality ignores offsets: two
trees are equal when they mean the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

Chain = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """`offset` counts characters from 0 in the source."""

    offset: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """`text` tells 1 from 1.0 and from true, which Python takes for equal."""

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
    """A whole chain of one operator, `&&` or `||`; at least two operands."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """f(a, b); as a method, a.f(b), the receiver is the first argument."""

    function: str
    arguments: tuple[Node, ...]
    method: bool = False


@dataclass(frozen=True, slots=True)
class Macro(Node):
    """operand.name(variable, body…): only the bodies see the variable. `map` may have two bodies."""

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
    """The direct parts of a node, in the order of the text."""
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
    """Every node with its depth (the root has 1), without recursion."""
    waiting = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        waiting.extend((child, depth + 1) for child in children(node))


def path(node: Node) -> Chain | None:
    """The chain of names that `node` is, as in `data.address.city`; None when it is anything else."""
    names: list[str] = []
    while isinstance(node, Select):
        names.append(node.field)
        node = node.operand
    return (node.name, *reversed(names)) if isinstance(node, Name) else None


def references(node: Node, bound: frozenset[str] = frozenset()) -> frozenset[Chain]:
    """The longest chains of names that are read from outside; `bound`: variables of enclosing macros."""
    chain = path(node)
    if isinstance(node, Has) and (operand := path(node.operand)) is not None:
        chain = (*operand, node.field)
    if chain is not None:
        return frozenset() if chain[0] in bound else frozenset({chain})
    if isinstance(node, Macro):
        inner = (references(body, bound | {node.variable}) for body in node.bodies)
        return references(node.operand, bound).union(*inner)
    return frozenset[Chain]().union(*(references(child, bound) for child in children(node)))
