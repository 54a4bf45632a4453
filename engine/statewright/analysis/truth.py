"""Evaluates guards for given values, as far as they compare single values with constants.

The result is None if it depends on anything else, or if the evaluation would fail. Otherwise it is certainly
the result that the engine computes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from operator import ge, gt, le, lt
from typing import Any

from statewright.language.cel.parser import parse
from statewright.language.cel.syntax import (
    Binary,
    Call,
    Chain,
    Conditional,
    Has,
    ListLiteral,
    Literal,
    Logical,
    Node,
    Unary,
    path,
)

_RELATIONS: Mapping[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
_TRUE = parse("true")
_MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Unlisted(Enum):
    """Placeholders for values that are not constants."""

    ABSENT = "absent"
    OTHER = "other"  # present, not null, and not one of the constants


@dataclass(frozen=True, slots=True)
class Variable:
    """The value at `path`, such as ("command", "amount"), or its size."""

    path: Chain
    sized: bool = False

    @property
    def is_data(self) -> bool:
        return self.path[0] == "data"

    def __str__(self) -> str:
        text = ".".join(self.path)
        return f"size({text})" if self.sized else text


@dataclass(frozen=True, slots=True)
class GuardComparison:
    """A comparison of one value with constants.

    `operator`: a relation with one constant, "in" with several, or "has" with none.
    """

    variable: Variable
    operator: str
    constants: tuple[object, ...] = ()


Values = Mapping[Variable, object]
Truth = Callable[[Values], bool | None]


@dataclass(frozen=True, slots=True)
class Guard:
    """A guard, as far as it is understood.

    `truth`: evaluates the guard; None if the values of its `comparisons` do not decide it.
    """

    truth: Truth
    comparisons: tuple[GuardComparison, ...]


@lru_cache(maxsize=8_192)  # several rules need all guards of a file
def understood(source: str) -> Guard:
    """The guard for a valid expression."""
    tree = parse(source)
    return Guard(_truth(tree), tuple(_comparisons(tree)))


def _comparisons(node: Node) -> Iterator[GuardComparison]:
    match node:
        case Unary(operator="!"):
            yield from _comparisons(node.operand)
        case Logical():
            for operand in node.operands:
                yield from _comparisons(operand)
        case Conditional():
            for part in (node.condition, node.then, node.otherwise):
                yield from _comparisons(part)
        case _:
            comparison = _comparison(node)
            if comparison is not None:
                yield comparison


def _truth(node: Node) -> Truth:
    match node:
        case Literal(value=bool() as value):
            return lambda _: value
        case Unary(operator="!"):
            return _negation(_truth(node.operand))
        case Logical():
            parts = [_truth(operand) for operand in node.operands]
            return _decided_by(parts, deciding=node.operator == "||")
        case Conditional():
            return _choice(_truth(node.condition), _truth(node.then), _truth(node.otherwise))
        case _:
            comparison = _comparison(node)
            return _unknown if comparison is None else _compared_with(comparison)


def _negation(inner: Truth) -> Truth:
    def negated(values: Values) -> bool | None:
        result = inner(values)
        return None if result is None else not result

    return negated


def _decided_by(parts: Sequence[Truth], *, deciding: bool) -> Truth:
    """The result of `&&` or `||`. `deciding`: the value of a single part that decides it."""

    def decided(values: Values) -> bool | None:
        known = True
        for part in parts:
            result = part(values)
            if result is deciding:
                return deciding
            known &= result is not None
        return not deciding if known else None

    return decided


def _choice(condition: Truth, then: Truth, otherwise: Truth) -> Truth:
    def chosen(values: Values) -> bool | None:
        result = condition(values)
        return None if result is None else (then if result else otherwise)(values)

    return chosen


def _compared_with(comparison: GuardComparison) -> Truth:
    variable = comparison.variable
    return lambda values: _holds(comparison, values[variable]) if variable in values else None


def _unknown(_values: Values) -> bool | None:
    return None


def _comparison(node: Node) -> GuardComparison | None:
    match node:
        case Binary(operator="in", left=left, right=ListLiteral(items=items)):
            return _compared(left, "in", *items)
        case Binary(operator=operator, left=left, right=Literal() as right) if operator in _MIRRORED:
            return _compared(left, operator, right)
        case Binary(operator=operator, left=Literal() as left, right=right) if operator in _MIRRORED:
            return _compared(right, _MIRRORED[operator], left)
        case Has(operand=operand, field=field) if (chain := path(operand)) is not None:
            return GuardComparison(Variable((*chain, field)), "has")
        case _:
            return _compared(node, "==", _TRUE)


def _compared(node: Node, operator: str, *constants: Node) -> GuardComparison | None:
    variable = _variable(node)
    values = tuple(constant.value for constant in constants if isinstance(constant, Literal))
    if variable is None or len(values) < len(constants):
        return None
    return GuardComparison(variable, operator, values)


def _variable(node: Node) -> Variable | None:
    match node:
        case Call(function="size", arguments=(operand,)):
            chain = path(operand)
            return None if chain is None else Variable(chain, sized=True)
        case _:
            chain = path(node)
            return None if chain is None else Variable(chain)


def _holds(comparison: GuardComparison, value: object) -> bool | None:
    if comparison.operator == "has":
        return value is not Unlisted.ABSENT
    if value is Unlisted.ABSENT:
        return None
    match comparison.operator, comparison.constants:
        case "in" | "==", constants:
            equal = [_equal(value, constant) for constant in constants]
            return True if True in equal else None if None in equal else False
        case "!=", (constant,):
            equal_ = _equal(value, constant)
            return None if equal_ is None else not equal_
        case relation, (constant,):
            return _ordered(relation, value, constant)
    return None


def _equal(value: object, constant: object) -> bool | None:
    """Compares values of one type; None if the types differ or the value is `OTHER`."""
    if value is None or constant is None:
        return value is constant
    if value is Unlisted.OTHER or type(value) is not type(constant):
        return None
    return value == constant


def _ordered(relation: str, value: object, constant: object) -> bool | None:
    if type(value) is not type(constant) or type(value) not in (int, float):
        return None
    return bool(_RELATIONS[relation](value, constant))
