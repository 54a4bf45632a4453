"""Gives every node of a tree its type, or says what is wrong with it: all faults, not only the first.

Values that may be null or absent can be used only where a condition has proved them there (`narrowing`). A
node with a fault counts as dyn, so that one mistake is reported once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from statewright.diagnostics import hint
from statewright.errors import EvaluationError, ExpressionFault
from statewright.language.cel import syntax, types
from statewright.language.cel.advice import conversion_between, conversion_to
from statewright.language.cel.fitting import Fit, comparable, fits, inner_of, join, join_all
from statewright.language.cel.functions import (
    FUNCTIONS,
    MACROS,
    METHODS,
    NEGATION,
    OPERATORS,
    Function,
    resolve,
)
from statewright.language.cel.left_out import TYPE_NAMES, TYPE_VALUES, namespaced, outside, plural_of
from statewright.language.cel.literals import map_type, parts_fitting
from statewright.language.cel.narrowing import NOTHING, Facts, Present, Scope, facts_when, refined
from statewright.language.cel.printer import canonical
from statewright.language.cel.runtime.values import type_name
from statewright.language.cel.syntax import Node, path
from statewright.language.cel.types import ListOf, MapOf, Nullable, Record, RecordField, Type

TYPE_LENGTH_MAX = 60
MAP_KEYS: frozenset[Type] = frozenset({types.INT, types.STRING, types.BOOL, types.DYN})


@dataclass(frozen=True, slots=True)
class Checked:
    """`types`: by the offset of the node. `result`: of the whole. `faults`: in the order of the text.

    `required`: what the values of nodes must be of which the types say too little, by the nodes' offsets.
    """

    types: Mapping[int, Type]
    result: Type
    faults: tuple[ExpressionFault, ...]
    required: Mapping[int, Type]


def check(
    tree: Node, names: Mapping[str, Type], *, expect: Type | None = None, facts: Facts = NOTHING
) -> Checked:
    """Type-check a whole expression, knowing `facts`; `expect` is the type that its value must fit."""
    checker = Checker()
    scope = Scope(names, facts)
    result = checker.type_of(tree, scope) if expect is None else checker.fitting(tree, scope, expect)
    faults = sorted(set(checker.faults), key=lambda fault: (fault.offset, fault.message))
    return Checked(checker.types, result, tuple(faults), checker.required)


class Checker:
    """`types`, `required` and `faults` grow with every call; see `Checked`."""

    def __init__(self) -> None:
        self.types: dict[int, Type] = {}
        self.unrefined: dict[int, Type] = {}  # without what conditions have proved
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
        """The type of a node whose value must fit `expect`. `key`: where the node is a value of a map."""
        type_ = parts_fitting(self, node, scope, expect)
        if type_ is not None:
            self.types[node.offset] = type_
            return type_
        return self.held(node, self.type_of(node, scope), expect, key=key)

    def held(self, node: Node, type_: Type, expect: Type, *, key: Node | None = None) -> Type:
        """The same type, after a fault if it can never be `expect`. What may be is left to the value."""
        fit = fits(type_, expect)
        if fit is Fit.NEVER:
            subject = "" if key is None else f"{canonical(key)}: "
            message = f"{subject}expected {shown(expect)}, this is {shown(type_)}"
            self.fault(key or node, f"{message}{conversion_to(expect, node, type_)}")
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
                return self.select(node, scope)
            case syntax.Has():
                return self.has(node, scope)
            case syntax.Call():
                return self.call(node, scope)
            case syntax.Macro():
                return self.macro(node, scope)
            case syntax.Logical() | syntax.Conditional():
                return self.branching(node, scope)
            case syntax.Unary() | syntax.Binary():
                return self.operation(node, scope)
            case _:
                return self.collection(node, scope)

    def usable(self, node: Node, scope: Scope) -> Type:
        """The type of a part whose value is used, so that it must not be null."""
        type_ = self.type_of(node, scope)
        if not isinstance(type_, Nullable):
            return type_
        text = canonical(node)
        test = canonical(syntax.Binary(0, "!=", node, syntax.Literal(0, None)))
        self.fault(node, f'"{text}" may be null here, test it first: {test} && …')
        return type_.inner

    def truth(self, node: Node, scope: Scope, role: str) -> None:
        type_ = self.usable(node, scope)
        if type_ not in (types.BOOL, types.DYN):
            self.fault(node, f"{role} must be bool, this is {shown(type_)}")

    def name(self, node: syntax.Name, scope: Scope) -> Type:
        if node.name in scope.names:
            return scope.names[node.name]
        if node.name in TYPE_NAMES:
            return self.left_out(node, TYPE_VALUES, f'"{node.name}"')
        return self.fault(node, f'unknown name "{node.name}"' + hint(node.name, list(scope.names)))

    def select(self, node: syntax.Select, scope: Scope) -> Type:
        chain = path(node)
        if chain and (dotted := ".".join(chain)) in scope.names:
            return scope.names[dotted]
        self.usable(node.operand, scope)
        field = self.field(node, inner_of(self.unrefined[node.operand.offset]))
        if field.optional and Present(node) not in scope.facts:
            test = canonical(syntax.Has(0, node.operand, node.field))
            self.fault(node, f'"{canonical(node)}" may be absent here, test it first: {test} && …')
        return field.type

    def has(self, node: syntax.Has, scope: Scope) -> Type:
        operand = self.usable(node.operand, scope)
        if not (isinstance(operand, Record) and operand.is_literal):
            self.field(node, operand)
        return types.BOOL

    def field(self, node: syntax.Select | syntax.Has, operand: Type) -> RecordField:
        match operand:
            case Record() if node.field in operand.fields:
                return operand.fields[node.field]
            case Record():
                guess = hint(node.field, list(operand.fields))
                return RecordField(self.fault(node, f'unknown field "{node.field}"{guess}'))
            case MapOf() if comparable(types.STRING, operand.key):
                return RecordField(operand.value)
            case _ if operand == types.DYN:
                return RecordField(types.DYN)
            case _:
                message = f'{shown(operand)} has no fields, so none named "{node.field}"'
                return RecordField(self.fault(node, message))

    def call(self, node: syntax.Call, scope: Scope) -> Type:
        library_function = namespaced(node, scope.names)
        function = (METHODS if node.method else FUNCTIONS).get(node.function)
        if function is None or library_function is not None:
            return self.unknown_function(node, library_function or node.function, scope)
        arguments = [
            self.usable(part, scope) if node.function != "dyn" else self.type_of(part, scope)
            for part in node.arguments
        ]
        for argument in node.arguments[1:] if node.method else node.arguments:
            self.literal(node.function, function, argument)
        return self.resolved(node, f"{node.function}()", function, arguments)

    def unknown_function(self, node: syntax.Call, name: str, scope: Scope) -> Type:
        """One fault: its arguments may be a macro's, with variables of which nothing is known here."""
        before = len(self.faults)
        if node.method and name == node.function:
            self.usable(node.arguments[0], scope)
        if len(self.faults) > before:
            return types.DYN
        if (what := plural_of(name)) is not None:
            return self.left_out(node, what, f"{name}()")
        functions, methods = [*FUNCTIONS, "has"], [*METHODS, *MACROS]
        if name in (functions if node.method else methods):
            right = f"a function, write {name}(…)" if node.method else f"a method, write x.{name}(…)"
            return self.fault(node, f'"{name}" is {right}')
        kind, known = ("method", methods) if node.method else ("function", functions)
        return self.fault(node, f'unknown {kind} "{name}"{hint(name, known)}')

    def left_out(self, node: Node, what: str, name: str) -> Type:
        """One fault for each name; those of types come with type(), so they are one."""
        message = outside(what, name)
        said = what if what == TYPE_VALUES else message
        if any(fault.message.startswith(said) for fault in self.faults):
            return types.DYN
        return self.fault(node, message)

    def literal(self, name: str, function: Function, argument: Node) -> None:
        """What is wrong with an argument already as it is written."""
        if function.literal_only and not isinstance(argument, syntax.Literal):
            self.fault(argument, f"the pattern of {name}() must be a literal")
        if function.reads_text and isinstance(argument, syntax.Literal) and isinstance(argument.value, str):
            try:
                function.reads_text(argument.value)
            except EvaluationError as error:
                self.fault(argument, str(error))

    def resolved(self, node: Node, name: str, function: Function, arguments: Sequence[Type]) -> Type:
        resolution = resolve(function, arguments)
        if resolution is not None:
            return resolution.result
        given = " and ".join(map(shown, arguments)) or "nothing"
        advice = conversion_between(*arguments) if name.startswith('"') else ""  # it is an operator
        return self.fault(node, f"{name} does not take {given}{advice}")

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
        # A test that is not needed any more is no mistake.
        unrefined = self.unrefined[node.left.offset], self.unrefined[node.right.offset]
        if comparable(left, right) or comparable(*unrefined):
            return types.BOOL
        if types.NULL in (left, right):
            other, type_ = (node.right, right) if left == types.NULL else (node.left, left)
            self.fault(node, f'"{canonical(other)}" is never null, it is {shown(type_)}')
            return types.BOOL
        pair = f"{shown(left)} with {shown(right)}"
        self.fault(node, f'"{node.operator}" does not compare {pair}{conversion_between(left, right)}')
        return types.BOOL

    def membership(self, node: syntax.Binary, scope: Scope) -> Type:
        sought, within = self.type_of(node.left, scope), self.usable(node.right, scope)
        members = self.members(node, within, '"in" looks into')
        if not (comparable(sought, members) or comparable(self.unrefined[node.left.offset], members)):
            self.fault(node, f'"in" does not find {shown(sought)} in {shown(within)}')
        return types.BOOL

    def members(self, node: Node, within: Type, purpose: str) -> Type:
        """What a loop over a value gives: a list's items, a map's keys, a record's names."""
        match within:
            case ListOf(item=member) | MapOf(key=member):
                return member
            case Record():
                return types.STRING if within.fields else types.DYN
            case _ if within == types.DYN:
                return types.DYN
            case _:
                return self.fault(node, f"{purpose} a list or a map, this is {shown(within)}")

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
            return self.fault(node, f'the branches of "?:" differ: {shown(then)} and {shown(otherwise)}')
        return shared

    def collection(self, node: Node, scope: Scope) -> Type:
        match node:
            case syntax.ListLiteral():
                return ListOf(join_all([self.type_of(item, scope) for item in node.items]))
            case syntax.MapLiteral():
                keys = self.keys(node, scope)
                return map_type(node, keys, [self.type_of(value, scope) for _, value in node.entries])
            case syntax.Index():
                return self.index(node, scope)
            case _:
                raise TypeError(f"{type(node).__name__} is not a node of the syntax tree")

    def keys(self, node: syntax.MapLiteral, scope: Scope) -> list[Type]:
        """The types of a map's keys."""
        seen: set[tuple[type, object]] = set()
        for key, _ in node.entries:
            if isinstance(key, syntax.Literal):
                identity = (type(key.value), key.value)
                if identity in seen:
                    self.fault(key, f"repeated key in a map: {canonical(key)}")
                seen.add(identity)
        return [self.key(key, scope) for key, _ in node.entries]

    def key(self, node: Node, scope: Scope) -> Type:
        type_ = self.usable(node, scope)
        if type_ in MAP_KEYS:
            return type_
        return self.fault(node, f"a map's key is int, string or bool, this is {shown(type_)}")

    def index(self, node: syntax.Index, scope: Scope) -> Type:
        operand, index = self.usable(node.operand, scope), self.usable(node.index, scope)
        wanted: Type
        match operand:
            case ListOf():
                wanted, result = types.INT, operand.item
            case MapOf():
                wanted, result = operand.key, operand.value
            case Record(is_literal=True):
                return self.index_of_literal(node, operand, index)
            case Record():
                return self.fault(node, f"a field is selected by its name: {canonical(node.operand)}.name")
            case _ if operand == types.DYN:
                return types.DYN
            case _:
                return self.fault(node, f"{shown(operand)} cannot be indexed")
        if not comparable(index, wanted):
            self.fault(node, f"{shown(operand)} is indexed by {shown(wanted)}, this is {shown(index)}")
        return result

    def index_of_literal(self, node: syntax.Index, operand: Record, index: Type) -> Type:
        if not comparable(index, types.STRING):
            return self.fault(node, f"{shown(operand)} is indexed by string, this is {shown(index)}")
        if not isinstance(node.index, syntax.Literal):
            return join_all([field.type for field in operand.fields.values()])
        name = str(node.index.value)
        if name in operand.fields:
            return operand.fields[name].type
        return self.fault(node, f'unknown key "{name}"{hint(name, list(operand.fields))}')

    def macro(self, node: syntax.Macro, scope: Scope) -> Type:
        item, inner = self.loop(node, self.usable(node.operand, scope), scope)
        match node.name:
            case "map":
                return ListOf(self.type_of(node.bodies[-1], inner))
            case "filter":
                # Only by a test for null: who kept those equal to a text may go on to test for null.
                return ListOf(
                    refined(item, syntax.Name(0, node.variable), facts_when(node.bodies[-1], {}, holds=True))
                )
            case _:
                return types.BOOL

    def loop(self, node: syntax.Macro, operand: Type, scope: Scope) -> tuple[Type, Scope]:
        """The type of a macro's variable, and what is known once its conditions hold."""
        item = self.members(node, operand, f"{node.name}() goes over")
        inner = scope.with_variable(node.variable, item)
        for condition in node.bodies[:-1] if node.name == "map" else node.bodies:
            self.truth(condition, inner, f"the condition of {node.name}()")
            inner = inner.knowing(facts_when(condition, self.types, holds=True))
        return item, inner


def shown(type_: Type) -> str:
    """A type in a message; a record of many fields would hide what the message says."""
    text = str(type_)
    return text if len(text) <= TYPE_LENGTH_MAX else f"{text[: TYPE_LENGTH_MAX - 1]}…"
