"""Passes an expected type down to the parts of a literal, through `?:`, list concatenation and `map`.

Mismatches are then reported at the part that does not fit, and only parts of unknown type need a check at run
time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from statewright.diagnostics import hint
from statewright.language.cel import syntax
from statewright.language.cel.fitting import inner_of, join, join_all
from statewright.language.cel.functions import OPERATORS
from statewright.language.cel.narrowing import Scope, facts_when
from statewright.language.cel.syntax import Node
from statewright.language.cel.types import DYN, STRING, ListOf, MapOf, Record, RecordField, Scalar, Type

if TYPE_CHECKING:
    from statewright.language.cel.checker import Checker


def map_type(node: syntax.MapLiteral, keys: Sequence[Type], values: Sequence[Type]) -> Type:
    """The type of a map literal: a record if all keys are string constants."""
    names = [name for key, _ in node.entries if (name := constant_key(key)) is not None]
    if len(names) < len(keys):
        return MapOf(join_all(list(keys)), join_all(list(values)))
    fields = {name: RecordField(type_) for name, type_ in zip(names, values, strict=True)}
    return Record(fields, is_literal=True)


def constant_key(node: Node) -> str | None:
    """The text of a key if it is a string literal, else None."""
    return node.value if isinstance(node, syntax.Literal) and isinstance(node.value, str) else None


def parts_fitting(checker: Checker, node: Node, scope: Scope, expect: Type) -> Type | None:
    """Check the parts of a literal, `?:`, `+` or `map` against `expect` and return the type, else None."""
    match node, inner_of(expect):
        case syntax.Conditional(), _:
            return _conditional(checker, node, scope, expect)
        case syntax.ListLiteral(), ListOf() | Scalar("dyn") as within:
            item = within.item if isinstance(within, ListOf) else DYN
            return ListOf(join_all([checker.fitting(part, scope, item) for part in node.items]))
        case syntax.MapLiteral(), Record() as record:
            return _record(checker, node, scope, record)
        case syntax.MapLiteral(), MapOf() | Scalar("dyn") as within:
            return _map(checker, node, scope, within if isinstance(within, MapOf) else MapOf(DYN, DYN))
        case syntax.Binary(operator="+"), ListOf() as list_ if _makes_list(node):
            sides = [_operand(checker, side, scope, list_) for side in (node.left, node.right)]
            return checker.resolved(node, '"+"', OPERATORS["+"], sides)
        case syntax.Macro(name="map"), ListOf(item=item):
            _, inner = checker.loop(node, checker.usable(node.operand, scope), scope)
            return ListOf(checker.fitting(node.bodies[-1], inner, item))
        case _:
            return None


def _conditional(checker: Checker, node: syntax.Conditional, scope: Scope, expect: Type) -> Type:
    checker.truth(node.condition, scope, "a condition")
    holds, fails = (facts_when(node.condition, checker.types, holds=holds) for holds in (True, False))
    then = checker.fitting(node.then, scope.knowing(holds), expect)
    otherwise = checker.fitting(node.otherwise, scope.knowing(fails), expect)
    return join(then, otherwise) or DYN


def _record(checker: Checker, node: syntax.MapLiteral, scope: Scope, expect: Record) -> Type:
    keys = checker.keys(node, scope)
    values = []
    for (key, value), key_type in zip(node.entries, keys, strict=True):
        name = constant_key(key)
        if name is None:
            checker.held(key, key_type, STRING)
        field = expect.fields.get(name or "")
        if name is not None and field is None:
            checker.fault(key, f'unknown key "{name}"{hint(name, list(expect.fields))}')
        if field is None:
            values.append(checker.type_of(value, scope))
        else:
            values.append(checker.fitting(value, scope, field.type, key=key))
    return _complete(checker, node, expect, map_type(node, keys, values))


def _complete(checker: Checker, node: syntax.MapLiteral, expect: Record, type_: Type) -> Type:
    """Report missing keys. With computed keys, this is checked at run time."""
    if not isinstance(type_, Record):
        checker.required[node.offset] = expect
        return type_
    for name, field in expect.fields.items():
        if name not in type_.fields and not field.optional:
            checker.fault(node, f'missing key "{name}"')
            checker.required[node.offset] = expect
    if type_.fields.keys() - expect.fields.keys():
        checker.required[node.offset] = expect
    return type_


def _map(checker: Checker, node: syntax.MapLiteral, scope: Scope, expect: MapOf) -> Type:
    keys = checker.keys(node, scope)
    for (key, _), type_ in zip(node.entries, keys, strict=True):
        checker.held(key, type_, expect.key)
    values = [checker.fitting(value, scope, expect.value, key=key) for key, value in node.entries]
    return map_type(node, keys, values)


def _operand(checker: Checker, node: Node, scope: Scope, expect: ListOf) -> Type:
    if _makes_list(node):
        return checker.fitting(node, scope, expect)
    type_ = checker.usable(node, scope)
    is_list = isinstance(type_, ListOf) or type_ == DYN
    return checker.held(node, type_, expect) if is_list else type_


def _makes_list(node: Node) -> bool:
    """Whether the syntax alone shows that the node evaluates to a list."""
    match node:
        case syntax.ListLiteral() | syntax.Macro(name="map" | "filter"):
            return True
        case syntax.Binary(operator="+"):
            return _makes_list(node.left) or _makes_list(node.right)
        case syntax.Conditional():
            return _makes_list(node.then) or _makes_list(node.otherwise)
        case _:
            return False
