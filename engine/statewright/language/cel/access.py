"""Type-checks selections by field name, by index and with `has`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from statewright.diagnostics import hint
from statewright.language.cel import syntax, types
from statewright.language.cel.advice import shown
from statewright.language.cel.fitting import comparable, inner_of, join_all
from statewright.language.cel.literals import constant_key
from statewright.language.cel.narrowing import Present, Scope
from statewright.language.cel.printer import canonical
from statewright.language.cel.syntax import path
from statewright.language.cel.types import ListOf, MapOf, Record, RecordField, Type

if TYPE_CHECKING:
    from statewright.language.cel.checker import Checker


def type_of_select(checker: Checker, node: syntax.Select, scope: Scope) -> Type:
    chain = path(node)
    if chain and (dotted := ".".join(chain)) in scope.names:
        return scope.names[dotted]
    checker.usable(node.operand, scope)
    field = _field(checker, node, inner_of(checker.unrefined[node.operand.offset]))
    if field.optional and Present(node) not in scope.facts:
        test = canonical(syntax.Has(0, node.operand, node.field))
        checker.fault(node, f'"{canonical(node)}" may be absent here; test it first: {test} && …')
    return field.type


def type_of_has(checker: Checker, node: syntax.Has, scope: Scope) -> Type:
    operand = checker.usable(node.operand, scope)
    if not (isinstance(operand, Record) and operand.is_literal):
        _field(checker, node, operand)
    return types.BOOL


def type_of_index(checker: Checker, node: syntax.Index, scope: Scope) -> Type:
    operand, index = checker.usable(node.operand, scope), checker.usable(node.index, scope)
    wanted: Type
    match operand:
        case ListOf():
            wanted, result = types.INT, operand.item
        case MapOf():
            wanted, result = operand.key, operand.value
        case Record(is_literal=True):
            return _index_of_literal(checker, node, operand, index)
        case Record():
            name = constant_key(node.index) or "name"
            return checker.fault(node, f"fields are selected by name; write {canonical(node.operand)}.{name}")
        case _ if operand == types.DYN:
            return types.DYN
        case _:
            return checker.fault(node, f"{shown(operand)} cannot be indexed")
    if not comparable(index, wanted):
        checker.fault(node, f"{shown(operand)} is indexed by {shown(wanted)}, found {shown(index)}")
    return result


def _field(checker: Checker, node: syntax.Select | syntax.Has, operand: Type) -> RecordField:
    match operand:
        case Record() if node.field in operand.fields:
            return operand.fields[node.field]
        case Record():
            guess = hint(node.field, list(operand.fields))
            return RecordField(checker.fault(node, f'unknown field "{node.field}"{guess}'))
        case MapOf() if comparable(types.STRING, operand.key):
            return RecordField(operand.value)
        case _ if operand == types.DYN:
            return RecordField(types.DYN)
        case _:
            is_size = node.field in ("length", "size") and (
                operand == types.STRING or isinstance(operand, ListOf)
            )
            advice = f"; write size({canonical(node.operand)})" if is_size else ""
            message = f'{shown(operand)} has no field "{node.field}"{advice}'
            return RecordField(checker.fault(node, message))


def _index_of_literal(checker: Checker, node: syntax.Index, operand: Record, index: Type) -> Type:
    if not comparable(index, types.STRING):
        return checker.fault(node, f"{shown(operand)} is indexed by string, found {shown(index)}")
    if not isinstance(node.index, syntax.Literal):
        return join_all([field.type for field in operand.fields.values()])
    name = str(node.index.value)
    if name in operand.fields:
        return operand.fields[name].type
    return checker.fault(node, f'unknown key "{name}"{hint(name, list(operand.fields))}')
