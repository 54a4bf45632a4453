"""Measures how far values are from making a condition true or false.

A condition is a part of a guard, an invariant or a setter that depends only on known names. A comparison of
numbers has a distance; any other condition has the distance 0 or 1. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from statewright.errors import EvaluationError
from statewright.language.cel import Duration, Timestamp
from statewright.language.cel.compiler import compile_tree
from statewright.language.cel.syntax import (
    Binary,
    Call,
    Conditional,
    Literal,
    Logical,
    Macro,
    Node,
    Unary,
    children,
    references,
)

Values = Mapping[str, object]
Gap = Callable[[Values], float | None]  # left minus right; None if they are not numbers

_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "in"})


class Distances(NamedTuple):
    """The distances to `true` and to `false`; one of them is 0."""

    true: float
    false: float

    @property
    def holds(self) -> bool:
        return self.true == 0


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition and how to measure it.

    `distances`: None if the condition has no value. `gap`: None unless it compares numbers.
    """

    node: Node
    distances: Callable[[Values], Distances | None]
    gap: Gap


def conditions(tree: Node, names: Collection[str], *, boolean: bool = True) -> Iterator[Condition]:
    """The smallest conditions in `tree` that read only `names`, then the tree as a whole.

    `boolean`: whether the tree itself is a condition.
    """
    found = list(_conditions(tree, frozenset(names), boolean=boolean))
    for node in found:
        yield _condition(node, names)
    if boolean and len(found) > 1:
        whole = _measured(tree, frozenset(names), {id(node): _condition(node, names) for node in found})
        yield Condition(tree, whole, _no_gap)


def gap_of(node: Binary, names: Sequence[str]) -> Gap:
    """The gap of a comparison, as a function of the values of `names`."""
    left, right = (compile_tree(side, names, {}) for side in (node.left, node.right))

    def gap(values: Values) -> float | None:
        arguments = [values[name] for name in names]
        try:
            return _difference(left(*arguments), right(*arguments))
        except EvaluationError:
            return None

    return gap


def comparisons(tree: Node) -> Iterator[Binary]:
    """Every comparison outside of macros, regardless of the names that it reads."""
    if isinstance(tree, Binary) and tree.operator in _COMPARISONS:
        yield tree
    for child in _outside_macros(tree):
        yield from comparisons(child)


def _conditions(node: Node, names: frozenset[str], *, boolean: bool) -> Iterator[Node]:
    match node:
        case Logical(operands=operands):
            for operand in operands:
                yield from _conditions(operand, names, boolean=True)
        case Unary(operator="!", operand=operand):
            yield from _conditions(operand, names, boolean=True)
        case Conditional():
            yield from _conditions(node.condition, names, boolean=True)
            for part in (node.then, node.otherwise):
                yield from _conditions(part, names, boolean=boolean)
        case _ if (boolean or _is_comparison(node)) and _reads_only(node, names):
            yield node
        case _:
            for child in _outside_macros(node):
                yield from _conditions(child, names, boolean=False)


def _outside_macros(node: Node) -> tuple[Node, ...]:
    """The children of a node, without the bodies of macros, which have variables of their own."""
    return (node.operand,) if isinstance(node, Macro) else children(node)


def _is_comparison(node: Node) -> bool:
    return isinstance(node, Binary) and node.operator in _COMPARISONS


def _reads_only(node: Node, names: frozenset[str]) -> bool:
    read = references(node)
    return bool(read) and all(chain[0] in names for chain in read)


def _condition(node: Node, names: Collection[str]) -> Condition:
    match node:
        case Macro(name="all", operand=operand, variable=variable, bodies=(body,)):
            failing = Macro(node.offset, "filter", operand, variable, (Unary(node.offset, "!", body),))
            left = Call(node.offset, "size", (failing,))
            return _compared(Binary(node.offset, "==", left, Literal(node.offset, 0)), node, names)
        case Binary(operator=operator) if operator in _COMPARISONS:
            return _compared(node, node, names)
    truth = _truth(node, tuple(names))
    return Condition(node, lambda values: _flat(truth(values)), _no_gap)


def _compared(comparison: Binary, node: Node, names: Collection[str]) -> Condition:
    gap = _no_gap if comparison.operator == "in" else gap_of(comparison, tuple(names))
    truth = _truth(node, tuple(names))

    def distances(values: Values) -> Distances | None:
        difference = gap(values)
        if difference is None:
            return _flat(truth(values))
        return _distances(comparison.operator, difference)

    return Condition(node, distances, gap)


def _truth(node: Node, names: Sequence[str]) -> Callable[[Values], bool | None]:
    function = compile_tree(node, names, {})

    def truth(values: Values) -> bool | None:
        try:
            value = function(*(values[name] for name in names))
        except EvaluationError:
            return None
        return value if isinstance(value, bool) else None

    return truth


def _flat(holds: bool | None) -> Distances | None:
    return None if holds is None else Distances(float(not holds), float(holds))


def _distances(operator: str, gap: float) -> Distances:
    match operator:
        case "==":
            return Distances(abs(gap), float(gap == 0))
        case "!=":
            return Distances(float(gap == 0), abs(gap))
        case ">=":
            return Distances(max(0.0, -gap), max(0.0, gap + 1) if gap >= 0 else 0.0)
        case "<=":
            return Distances(max(0.0, gap), max(0.0, 1 - gap) if gap <= 0 else 0.0)
        case ">":
            return Distances(max(0.0, 1 - gap) if gap <= 0 else 0.0, max(0.0, gap))
        case _:
            return Distances(max(0.0, gap + 1) if gap >= 0 else 0.0, max(0.0, -gap))


def _measured(
    node: Node, names: frozenset[str], known: Mapping[int, Condition]
) -> Callable[[Values], Distances | None]:
    """The distances of a whole tree: a conjunction adds them up. Skips parts that read other names."""
    if id(node) in known:
        return known[id(node)].distances
    match node:
        case Unary(operator="!", operand=operand):
            inner = _measured(operand, names, known)
            return lambda values: _opposite(inner(values))
        case Logical(operands=operands, operator=operator):
            parts = [_measured(operand, names, known) for operand in operands]
            combine = _all_hold if operator == "&&" else _any_holds
            return lambda values: combine([one for part in parts if (one := part(values)) is not None])
    return lambda _values: None


def _opposite(distances: Distances | None) -> Distances | None:
    return None if distances is None else Distances(distances.false, distances.true)


def _all_hold(parts: Sequence[Distances]) -> Distances | None:
    if not parts:
        return None
    return Distances(sum(part.true for part in parts), min(part.false for part in parts))


def _any_holds(parts: Sequence[Distances]) -> Distances | None:
    if not parts:
        return None
    return Distances(min(part.true for part in parts), sum(part.false for part in parts))


def _difference(left: object, right: object) -> float | None:
    one, other = _number(left), _number(right)
    return None if one is None or other is None else one - other


def _number(value: object) -> float | None:
    match value:
        case bool():
            return None
        case int() | float():
            return value
        case Timestamp() | Duration():
            return value.nanoseconds
    return None


def _no_gap(_values: Values) -> float | None:
    return None
