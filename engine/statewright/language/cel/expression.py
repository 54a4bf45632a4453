"""Compiled expressions: text in, a function out, with what is known about it.

Pure: no clock, no randomness, no state between evaluations; safe for use by several threads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from statewright.errors import EvaluationError, ExpressionError
from statewright.language.cel.checker import check
from statewright.language.cel.compiler import compile_tree
from statewright.language.cel.narrowing import NOTHING, Facts, facts_when
from statewright.language.cel.parser import parse
from statewright.language.cel.printer import canonical
from statewright.language.cel.runtime.temporal import Duration, Timestamp
from statewright.language.cel.runtime.values import Budget, Value
from statewright.language.cel.syntax import Chain, Node, references
from statewright.language.cel.types import Type


@dataclass(frozen=True, slots=True)
class Expression:
    """Two are equal when they mean the same: equal canonical text over the same names.

    `function`: of the values of `names`, in that order, and perhaps of a Budget; raises EvaluationError only,
    for values that fit.
    `references`: the longest chains of names that are read, such as ("data", "paid").
    `types`: of the nodes of `tree`, by their offsets.
    `if_true`, `if_false`: what is known about the same values once it has come out so.
    """

    source: str = field(compare=False)
    names: tuple[str, ...]
    result: Type = field(compare=False)
    references: frozenset[Chain] = field(compare=False)
    canonical: str
    function: Callable[..., object] = field(compare=False, repr=False)
    tree: Node = field(compare=False, repr=False)
    types: Mapping[int, Type] = field(compare=False, repr=False)
    if_true: Facts = field(compare=False, repr=False)
    if_false: Facts = field(compare=False, repr=False)


def compile_expression(
    source: str,
    names: Mapping[str, Type],
    *,
    expect: Type | None = None,
    facts: Facts = NOTHING,
    lenient: bool = False,
) -> Expression:
    """The expression that `source` writes, over values of these names and types.

    `facts`: what is known about the values wherever it is evaluated. Raises ExpressionError with every fault
    found: the first of the syntax, or all of the types. `lenient`: faults of types are left to the values, on
    which the evaluation fails, and spellings that earlier versions admitted are read.
    """
    tree = parse(source, lenient=lenient)
    checked = check(tree, names, expect=expect, facts=facts)
    if checked.faults and not lenient:
        raise ExpressionError(source, checked.faults)
    function = compile_tree(tree, tuple(names), checked.types, checked.required)
    return Expression(
        source=source,
        names=tuple(names),
        result=checked.result,
        references=references(tree),
        canonical=canonical(tree),
        function=function,
        tree=tree,
        types=checked.types,
        if_true=facts_when(tree, checked.types, holds=True),
        if_false=facts_when(tree, checked.types, holds=False),
    )


def evaluate(expression: Expression, values: Mapping[str, object], *, budget: Budget | None = None) -> object:
    """The value for these values of the names. They are read in place, never copied or changed.

    Raises EvaluationError where there is none: overflow, division by zero, a missing key or name …; and
    BudgetExceeded.
    """
    missing = [name for name in expression.names if name not in values]
    if missing:
        raise EvaluationError(f'no value for the name "{missing[0]}"')
    return expression.function(*(values[name] for name in expression.names), budget=budget)


def observe(expression: Expression, values: Mapping[str, object]) -> dict[str, object]:
    """What each reference of the expression holds now, by its dotted text; absent ones are left out."""
    seen: dict[str, object] = {}
    for chain in sorted(expression.references):
        for length in range(len(chain), 0, -1):
            root = ".".join(chain[:length])
            if root in values:
                _follow(seen, chain, values[root], chain[length:])
                break
    return seen


def to_json(value: Value) -> Value:
    """The value as JSON can hold it: timestamps and durations become text, `3.5s` and RFC 3339 in UTC."""
    match value:
        case Timestamp() | Duration():
            return str(value)
        case list():
            return [to_json(item) for item in value]
        case dict():
            return {key: to_json(item) for key, item in value.items()}
        case _:
            return value


def _follow(seen: dict[str, object], chain: Chain, value: object, fields: Chain) -> None:
    for name in fields:
        if not isinstance(value, Mapping) or name not in value:
            return
        value = value[name]
    seen[".".join(chain)] = value
