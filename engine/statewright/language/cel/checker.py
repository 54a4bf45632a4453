"""Type-checks a syntax tree and reports all faults.

A value that may be null or absent can be used only where a condition has ruled that out (see `narrowing`). A
node with a fault gets type dyn, so that each mistake is reported once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from statewright.diagnostics import hint
from statewright.errors import ExpressionFault
from statewright.language.cel import syntax, types
from statewright.language.cel.access import type_of_has, type_of_index, type_of_select
from statewright.language.cel.advice import conversion_between, may_be_null, mismatch, shown
from statewright.language.cel.calls import report_unsupported, type_of_call
from statewright.language.cel.fitting import Fit, comparable, fits, join, join_all
from statewright.language.cel.functions import (
    NEGATION,
    OPERATORS,
    Function,
    resolve,
)
from statewright.language.cel.literals import map_type, parts_fitting
from statewright.language.cel.narrowing import NOTHING, Facts, Scope, facts_when, refined
from statewright.language.cel.printer import canonical
from statewright.language.cel.runtime.values import type_name
from statewright.language.cel.spellings import spelling_hint
from statewright.language.cel.syntax import Node
from statewright.language.cel.types import ListOf, MapOf, Nullable, Record, Type
from statewright.language.cel.unsupported import TYPE_NAMES, TYPE_VALUES

MAP_KEYS: frozenset[Type] = frozenset({types.INT, types.STRING, types.BOOL, types.DYN})


@dataclass(frozen=True, slots=True)
class Checked:
    """The result of checking. `types` maps node offsets to types; `faults` are in text order.

    `required` maps node offsets to the types that must be verified at run time.
    """

    types: Mapping[int, Type]
    result: Type
    faults: tuple[ExpressionFault, ...]
    required: Mapping[int, Type]


def check(
    tree: Node, names: Mapping[str, Type], *, expect: Type | None = None, facts: Facts = NOTHING
) -> Checked:
    """Type-check an expression given `facts`; its value must fit `expect`."""
    checker = Checker()
    scope = Scope(names, facts)
    result = checker.type_of(tree, scope) if expect is None else checker.fitting(tree, scope, expect)
    faults = sorted(set(checker.faults), key=lambda fault: (fault.offset, fault.message))
    return Checked(checker.types, result, tuple(faults), checker.required)


class Checker:
    """Collects `types`, `required` and `faults` over all calls; see `Checked`."""

    def __init__(self) -> None:
        self.types: dict[int, Type] = {}
        self.unrefined: dict[int, Type] = {}  # the types before narrowing
        self.required: dict[int, Type] = {}
        self.faults: list[ExpressionFault] = []

    def fault(self, node: Node, message: str) -> Type:
        self.faults.append(ExpressionFault(node.offset, message, "type"))
        return types.DYN

    def type_of(self, node: Node, scope: Scope) -> Type:
        self.unrefined[node.offset] = self.declared(node, scope)
        type_ = refined(self.unrefined[node.offset], node, scope.facts)
        self.types[node.offset] = type_
        return type_

    def fitting(self, node: Node, scope: Scope, expect: Type, *, key: Node | None = None) -> Type:
        """Return the type of a node whose value must fit `expect`. `key`: its key, for a map value."""
        type_ = parts_fitting(self, node, scope, expect)
        if type_ is not None:
            self.types[node.offset] = type_
            return type_
        return self.held(node, self.type_of(node, scope), expect, key=key)

    def held(self, node: Node, type_: Type, expect: Type, *, key: Node | None = None) -> Type:
        """Return `type_`. Report it if it can never fit `expect`; if it may fit, require a run-time check."""
        fit = fits(type_, expect)
        if fit is Fit.NEVER:
            subject = "" if key is None else f"{canonical(key)}: "
            self.fault(key or node, f"{subject}{mismatch(node, type_, expect)}")
        if fit is not Fit.ALWAYS:
            self.required[node.offset] = expect
        return type_

    def declared(self, node: Node, scope: Scope) -> Type:
        match node:
            case syntax.Literal():
                return types.Scalar(type_name(node.value))
            case syntax.Name():
                return self.name(node, scope)
            case syntax.Select():
                return type_of_select(self, node, scope)
            case syntax.Has():
                return type_of_has(self, node, scope)
            case syntax.Call():
                return type_of_call(self, node, scope)
            case syntax.Macro():
                return self.macro(node, scope)
            case syntax.Logical() | syntax.Conditional():
                return self.branching(node, scope)
            case syntax.Unary() | syntax.Binary():
                return self.operation(node, scope)
            case _:
                return self.collection(node, scope)

    def usable(self, node: Node, scope: Scope) -> Type:
        """Return the type of an operand, which must not be null."""
        type_ = self.type_of(node, scope)
        if not isinstance(type_, Nullable):
            return type_
        self.fault(node, f"{may_be_null(node)} && …")
        return type_.inner

    def truth(self, node: Node, scope: Scope, role: str) -> None:
        type_ = self.usable(node, scope)
        if type_ not in (types.BOOL, types.DYN):
            self.fault(node, f"{role} must be bool, not {shown(type_)}")

    def name(self, node: syntax.Name, scope: Scope) -> Type:
        if node.name in scope.names:
            return scope.names[node.name]
        if node.name in TYPE_NAMES:
            return report_unsupported(self, node, TYPE_VALUES, f'"{node.name}"')
        advice = spelling_hint(node.name) or hint(node.name, list(scope.names))
        return self.fault(node, f'unknown name "{node.name}"{advice}')

    def resolved(self, node: Node, name: str, function: Function, arguments: Sequence[Type]) -> Type:
        resolution = resolve(function, arguments)
        if resolution is not None:
            return resolution.result
        given = " and ".join(map(shown, arguments)) or "nothing"
        is_operator = name.startswith('"')
        advice = conversion_between(*arguments) if is_operator else ""
        return self.fault(node, f"{name} does not accept {given}{advice}")

    def operation(self, node: syntax.Unary | syntax.Binary, scope: Scope) -> Type:
        match node:
            case syntax.Unary(operator="!"):
                self.truth(node.operand, scope, 'the operand of "!"')
                return types.BOOL
            case syntax.Unary():
                return self.resolved(node, '"-"', NEGATION, [self.usable(node.operand, scope)])
            case syntax.Binary(operator="==" | "!="):
                return self.equality(node, scope)
            case syntax.Binary(operator="in"):
                return self.membership(node, scope)
            case _:
                sides = [self.usable(node.left, scope), self.usable(node.right, scope)]
                return self.resolved(node, f'"{node.operator}"', OPERATORS[node.operator], sides)

    def equality(self, node: syntax.Binary, scope: Scope) -> Type:
        left, right = self.type_of(node.left, scope), self.type_of(node.right, scope)
        # A comparison that narrowing has made redundant is allowed.
        unrefined = self.unrefined[node.left.offset], self.unrefined[node.right.offset]
        if comparable(left, right) or comparable(*unrefined):
            return types.BOOL
        if types.NULL in (left, right):
            other, type_ = (node.right, right) if left == types.NULL else (node.left, left)
            self.fault(node, f'"{canonical(other)}" is never null; it is {shown(type_)}')
            return types.BOOL
        pair = f"{shown(left)} with {shown(right)}"
        self.fault(node, f'"{node.operator}" cannot compare {pair}{conversion_between(left, right)}')
        return types.BOOL

    def membership(self, node: syntax.Binary, scope: Scope) -> Type:
        sought, within = self.type_of(node.left, scope), self.usable(node.right, scope)
        members = self.members(node, within, '"in"')
        if not (comparable(sought, members) or comparable(self.unrefined[node.left.offset], members)):
            self.fault(node, f'"in" cannot find {shown(sought)} in {shown(within)}')
        return types.BOOL

    def members(self, node: Node, within: Type, purpose: str) -> Type:
        """The element type of a loop over a value: a list's items, a map's keys or a record's field names."""
        match within:
            case ListOf(item=member) | MapOf(key=member):
                return member
            case Record():
                return types.STRING if within.fields else types.DYN
            case _ if within == types.DYN:
                return types.DYN
            case _:
                return self.fault(node, f"{purpose} needs a list or a map, found {shown(within)}")

    def branching(self, node: syntax.Logical | syntax.Conditional, scope: Scope) -> Type:
        if isinstance(node, syntax.Logical):
            for operand in node.operands:
                self.truth(operand, scope, f'an operand of "{node.operator}"')
                scope = scope.knowing(facts_when(operand, self.types, holds=node.operator == "&&"))
            return types.BOOL
        self.truth(node.condition, scope, "a condition")
        then = self.type_of(node.then, scope.knowing(facts_when(node.condition, self.types, holds=True)))
        otherwise = self.type_of(
            node.otherwise, scope.knowing(facts_when(node.condition, self.types, holds=False))
        )
        shared = join(then, otherwise)
        if shared is None:
            return self.fault(
                node, f'the branches of "?:" have different types: {shown(then)} and {shown(otherwise)}'
            )
        return shared

    def collection(self, node: Node, scope: Scope) -> Type:
        match node:
            case syntax.ListLiteral():
                return ListOf(join_all([self.type_of(item, scope) for item in node.items]))
            case syntax.MapLiteral():
                keys = self.keys(node, scope)
                return map_type(node, keys, [self.type_of(value, scope) for _, value in node.entries])
            case syntax.Index():
                return type_of_index(self, node, scope)
            case _:
                raise TypeError(f"{type(node).__name__} is not a node of the syntax tree")

    def keys(self, node: syntax.MapLiteral, scope: Scope) -> list[Type]:
        """Return the types of a map literal's keys, and report duplicates."""
        seen: set[tuple[type, object]] = set()
        for key, _ in node.entries:
            if isinstance(key, syntax.Literal):
                identity = (type(key.value), key.value)
                if identity in seen:
                    self.fault(key, f"duplicate key in a map: {canonical(key)}")
                seen.add(identity)
        return [self.key(key, scope) for key, _ in node.entries]

    def key(self, node: Node, scope: Scope) -> Type:
        type_ = self.usable(node, scope)
        if type_ in MAP_KEYS:
            return type_
        return self.fault(node, f"a map key must be int, string or bool, not {shown(type_)}")

    def macro(self, node: syntax.Macro, scope: Scope) -> Type:
        item, inner = self.loop(node, self.usable(node.operand, scope), scope)
        match node.name:
            case "map":
                return ListOf(self.type_of(node.bodies[-1], inner))
            case "filter":
                # Only tests for null narrow: after other filters, authors may still test items for null.
                return ListOf(
                    refined(item, syntax.Name(0, node.variable), facts_when(node.bodies[-1], {}, holds=True))
                )
            case _:
                return types.BOOL

    def loop(self, node: syntax.Macro, operand: Type, scope: Scope) -> tuple[Type, Scope]:
        """Return the type of a macro's variable, and the scope in which its conditions hold."""
        item = self.members(node, operand, f"{node.name}()")
        inner = scope.with_variable(node.variable, item)
        for condition in node.bodies[:-1] if node.name == "map" else node.bodies:
            self.truth(condition, inner, f"the condition of {node.name}()")
            inner = inner.knowing(facts_when(condition, self.types, holds=True))
        return item, inner
