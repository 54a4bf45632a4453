"""Normal forms of expressions, to recognise expressions that always have the same value.

Normalises the order of operands, negations, integer relations, macro variables and constants. Expressions
with the same normal form have the same value and fail in the same cases, although the error text can differ.
Expressions with different forms may still be equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from statewright.canonical import canonical_json
from statewright.language.cel.checker import check
from statewright.language.cel.syntax import (
    Binary,
    Call,
    Conditional,
    Has,
    Index,
    ListLiteral,
    Literal,
    Logical,
    Macro,
    MapLiteral,
    Name,
    Node,
    Select,
    Unary,
)
from statewright.language.cel.types import (
    BOOL,
    DOUBLE,
    DURATION,
    INT,
    STRING,
    TIMESTAMP,
    ListOf,
    Type,
)
from statewright.strict_json import INTEGER_MAX, INTEGER_MIN

Form = tuple[Any, ...]  # the kind, then the parts

_NUMBERS = (INT, DOUBLE)
_ORDERED = (INT, STRING, BOOL, TIMESTAMP, DURATION)  # not doubles: for NaN both relations are false
_TRUE: Form = ("constant", "True")
_FALSE: Form = ("constant", "False")
_EMPTY: tuple[Form, ...] = (("constant", "''"), ("list",))


def normal_form(
    tree: Node, names: Mapping[str, Type], rename: Callable[[Node], Node] = lambda node: node
) -> Form:
    """The form of an expression over `names`. `rename` is applied after the types are known."""
    return _Normaliser(check(tree, names).types).form(rename(tree), {})


def normal_text(
    tree: Node, names: Mapping[str, Type], rename: Callable[[Node], Node] = lambda node: node
) -> str:
    """The result of `normal_form` as text."""
    return canonical_json(normal_form(tree, names, rename))


class _Normaliser:
    """Computes the normal forms of the nodes of one tree.

    `types`: by the offset of the node. `bound`: variables of enclosing macros, by name.
    """

    def __init__(self, types: Mapping[int, Type]) -> None:
        self.types = types

    def form(self, node: Node, bound: Mapping[str, str]) -> Form:
        match node:
            case Literal():
                return ("constant", node.text)
            case Name(name=name):
                return ("name", bound.get(name, name))
            case Select(operand=operand, field=field):
                return ("select", self.form(operand, bound), field)
            case Has(operand=operand, field=field):
                return ("has", self.form(operand, bound), field)
            case Index(operand=operand, index=index):
                return ("index", self.form(operand, bound), self.form(index, bound))
            case Unary(operator="!"):
                return _negated(self.form(node.operand, bound))
            case Unary():
                return ("minus", self.form(node.operand, bound))
            case Logical():
                return self.logical(node, [self.form(operand, bound) for operand in node.operands])
            case Conditional():
                return self.conditional(node, *(self.form(part, bound) for part in _parts(node)))
            case Binary():
                return self.binary(node, self.form(node.left, bound), self.form(node.right, bound))
            case _:
                return self.composed(node, bound)

    def composed(self, node: Node, bound: Mapping[str, str]) -> Form:
        match node:
            case Call(function=function, arguments=arguments):
                return ("call", function, *(self.form(argument, bound) for argument in arguments))
            case Macro():
                variable = f"#{len(bound)}"
                bodies = (self.form(body, {**bound, node.variable: variable}) for body in node.bodies)
                return _quantified(node.name, self.form(node.operand, bound), *bodies, variable=variable)
            case ListLiteral(items=items):
                return ("list", *(self.form(item, bound) for item in items))
            case MapLiteral(entries=entries):
                pairs = [(self.form(key, bound), self.form(value, bound)) for key, value in entries]
                is_constant = all(key[0] == "constant" for key, _ in pairs)
                return ("map", *(_sorted(pairs) if is_constant else pairs))
            case _:
                raise TypeError(f"{type(node).__name__} is not a node of the syntax tree")

    def type_of(self, node: Node) -> Type | None:
        return self.types.get(node.offset)

    def logical(self, node: Logical, operands: Sequence[Form]) -> Form:
        """The order of operands does not matter: one of them can decide even if another one has no value."""
        word, neutral = ("and", _TRUE) if node.operator == "&&" else ("or", _FALSE)
        parts: list[Form] = []
        for operand in operands:
            parts += operand[1:] if operand[0] == word else [operand]
        if all(self.type_of(operand) == BOOL for operand in node.operands):
            parts = [part for part in parts if part != neutral] or [neutral]
            if len(set(parts)) == 1:
                return parts[0]
        return _any_of(set(parts)) if word == "or" else _all_of(set(parts))

    def conditional(self, node: Conditional, condition: Form, then: Form, otherwise: Form) -> Form:
        if self.type_of(node.condition) == BOOL and {then, otherwise} == {_TRUE, _FALSE}:
            return condition if then == _TRUE else _negated(condition)
        opposite = _negated(condition)
        if canonical_json(opposite) < canonical_json(condition):
            return ("if", opposite, otherwise, then)
        return ("if", condition, then, otherwise)

    def binary(self, node: Binary, left: Form, right: Form) -> Form:
        types = {self.type_of(node.left), self.type_of(node.right)}
        match node.operator:
            case "==" | "!=":
                return _equality(node.operator, left, right, is_bool=types == {BOOL})
            case "<":
                return _less(left, right, types)
            case ">":
                return _less(right, left, types)
            case "<=":
                return _at_most(left, right, types)
            case ">=":
                return _at_most(right, left, types)
            case "in":
                return _member(left, right)
            case operator:
                return self.arithmetic(operator, node, left, right)

    def arithmetic(self, operator: str, node: Binary, left: Form, right: Form) -> Form:
        types = (self.type_of(node.left), self.type_of(node.right))
        numbers = [_integer(part) for part in (left, right)]
        if None not in numbers and operator in ("+", "-", "*"):
            folded = _folded(operator, *numbers)  # type: ignore[arg-type]
            if folded is not None:
                return ("constant", repr(folded))
        if operator == "-" and types == (INT, INT) and numbers[1] not in (None, INTEGER_MIN):
            return ("+", *_sorted([left, ("constant", repr(-numbers[1]))]))
        # If one operand is a number, so is the other, or the operation fails in both orders.
        if operator == "*" or (operator == "+" and any(type_ in _NUMBERS for type_ in types)):
            return (operator, *_sorted([left, right]))
        if operator == "+" and all(type_ == STRING or isinstance(type_, ListOf) for type_ in types):
            parts = [part for side in (left, right) for part in _joined(side) if part not in _EMPTY] or [left]
            return ("joined", *parts) if len(parts) > 1 else parts[0]
        return (operator, left, right)


def _parts(node: Conditional) -> tuple[Node, Node, Node]:
    return node.condition, node.then, node.otherwise


def _joined(form: Form) -> Sequence[Form]:
    return form[1:] if form[0] == "joined" else (form,)


def _negated(form: Form) -> Form:
    match form:
        case ("not", inner):
            return inner  # type: ignore[no-any-return]
        case ("constant", "True" | "False"):
            return _FALSE if form == _TRUE else _TRUE
        case ("==" | "!=" as operator, left, right):
            return ("!=" if operator == "==" else "==", left, right)
        case ("and", *parts):
            return _any_of(map(_negated, parts))
        case ("or", *parts):
            return ("and", *_sorted(map(_negated, parts)))
        case ("if", condition, then, otherwise):
            return ("if", condition, _negated(then), _negated(otherwise))
        case ("macro", "all" | "exists" as name, operand, body):
            return ("macro", "exists" if name == "all" else "all", operand, _negated(body))
        case _:
            return ("not", form)


def _any_of(parts: Iterable[Form]) -> Form:
    """A disjunction. If it compares one value with several constants, it becomes `in`."""
    several = _sorted(parts)
    sought = {part[1] for part in several if part[0] == "=="}
    if len(several) < 2 or len(sought) != 1:
        return ("or", *several)
    if not all(part[0] == "==" and part[2][0] == "constant" for part in several):
        return ("or", *several)
    return ("in", sought.pop(), ("list", *_sorted({part[2] for part in several})))


def _all_of(parts: Iterable[Form]) -> Form:
    """A conjunction. If it says that a value differs from several constants, it becomes a negated `in`."""
    several = _sorted(parts)
    opposite = _any_of(map(_negated, several))
    return ("not", opposite) if opposite[0] == "in" else ("and", *several)


def _equality(operator: str, left: Form, right: Form, *, is_bool: bool) -> Form:
    first, second = _sorted([left, right])
    if first[0] == "constant":  # put the constant last
        first, second = second, first
    if is_bool and second in (_TRUE, _FALSE):
        return first if (second == _TRUE) == (operator == "==") else _negated(first)
    return (operator, first, second)


def _less(left: Form, right: Form, types: set[Type | None]) -> Form:
    low, high = _integer(left), _integer(right)
    if low is not None and high is not None:
        return _TRUE if low < high else _FALSE
    if types == {INT} and low is not None and low < INTEGER_MAX:
        return _negated(("<", right, ("constant", repr(low + 1))))
    return ("<", left, right)


def _at_most(left: Form, right: Form, types: set[Type | None]) -> Form:
    if len(types) == 1 and types <= {*_ORDERED}:
        return _negated(_less(right, left, types))
    return ("<=", left, right)


def _member(left: Form, right: Form) -> Form:
    if right[0] == "list" and len(right) > 1 and all(item[0] == "constant" for item in right[1:]):
        items = _sorted(set(right[1:]))
        return ("==", left, items[0]) if len(items) == 1 else ("in", left, ("list", *items))
    return ("in", left, right)


def _quantified(macro: str, operand: Form, *bodies: Form, variable: str) -> Form:
    """A macro. A test for one constant becomes `in` or its negation."""
    match macro, *bodies:
        case ("exists", ("==", ("name", name), ("constant", _) as sought)) if name == variable:
            return _member(sought, operand)
        case ("all", ("!=", ("name", name), ("constant", _) as sought)) if name == variable:
            return _negated(_member(sought, operand))
        case _:
            return ("macro", macro, operand, *bodies)


def _integer(form: Form) -> int | None:
    is_number = form[0] == "constant" and form[1].lstrip("-").isdigit()
    return int(form[1]) if is_number else None


def _folded(operator: str, left: int, right: int) -> int | None:
    value = left + right if operator == "+" else left - right if operator == "-" else left * right
    return value if INTEGER_MIN <= value <= INTEGER_MAX else None


def _sorted(forms: Any) -> list[Any]:
    return sorted(forms, key=canonical_json)
