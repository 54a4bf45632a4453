"""Compiled expressions: the function for an expression's text, and its types and references.

Evaluation is pure: no clock, no randomness, no state between evaluations. Safe for use from several threads.
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
    """A compiled expression. Equal to another one with the same canonical text and names.

    `function` takes the values of `names`, in that order, and an optional Budget. Given values of the
    declared types it raises only EvaluationError and BudgetExceeded.
    `references`: the longest chains of names that are read, such as ("data", "paid").
    `types`: node offset in `tree` -> type.
    `if_true`, `if_false`: the facts that a result of true or false proves.
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
    """Compile `source` over values with the given names and types.

    `facts` hold in every evaluation. Raises ExpressionError with the first syntax error or with all type
    errors. `lenient`: leave type errors to the evaluation, and accept notations of earlier versions.
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
    """Return the expression's value. The input values are neither copied nor changed.

    Raises EvaluationError (overflow, division by zero, missing key or name …) and BudgetExceeded.
    """
    missing = [name for name in expression.names if name not in values]
    if missing:
        raise EvaluationError(f'no value for the name "{missing[0]}"')
    return expression.function(*(values[name] for name in expression.names), budget=budget)


def observe(expression: Expression, values: Mapping[str, object]) -> dict[str, object]:
    """Return the current value of each reference by its dotted name, omitting absent ones."""
    seen: dict[str, object] = {}
    for chain in sorted(expression.references):
        for length in range(len(chain), 0, -1):
            root = ".".join(chain[:length])
            if root in values:
                _follow(seen, chain, values[root], chain[length:])
                break
    return seen


def to_json(value: Value) -> Value:
    """Convert a value to JSON: timestamps become RFC 3339 text in UTC, durations text such as `3.5s`."""
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
