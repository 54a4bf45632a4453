"""Narrowing: the facts about nullable and optional values that a condition proves when it is true or false.

`&&`, `||` and `?:` pass these facts to the operands evaluated in that case, and a guard to the rest of its
branch. Because expressions are pure, a fact about a part holds for all equal parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_, or_

from statewright.language.cel.syntax import (
    Binary,
    Conditional,
    Has,
    Index,
    Literal,
    Logical,
    Name,
    Node,
    Select,
    Unary,
    walk,
)
from statewright.language.cel.types import DYN, NULL, ListOf, MapOf, Nullable, Record, RecordField, Type


@dataclass(frozen=True, slots=True)
class NotNull:
    """The part is not null, if it is present."""

    part: Node


@dataclass(frozen=True, slots=True)
class Present:
    """The optional part is present."""

    part: Node


@dataclass(frozen=True, slots=True)
class Facts:
    """Proved facts. `impossible`: this code cannot be reached, so every fact counts as proved."""

    proved: frozenset[NotNull | Present] = frozenset()
    impossible: bool = False

    def __contains__(self, fact: NotNull | Present) -> bool:
        return self.impossible or fact in self.proved

    def __and__(self, other: Facts) -> Facts:
        """The facts if both sets hold."""
        return Facts(self.proved | other.proved, self.impossible or other.impossible)

    def __or__(self, other: Facts) -> Facts:
        """The facts if at least one of the two sets holds."""
        if self.impossible or other.impossible:
            return other if self.impossible else self
        return Facts(self.proved & other.proved)

    def without(self, name: str) -> Facts:
        """The facts that do not mention `name`, for a scope in which it has another meaning."""
        kept = (fact for fact in self.proved if Name(0, name) not in (node for node, _ in walk(fact.part)))
        return replace(self, proved=frozenset(kept))


NOTHING = Facts()
IMPOSSIBLE = Facts(impossible=True)


@dataclass(frozen=True, slots=True)
class Scope:
    """The names that a part of the tree may use, with their types and the facts about them."""

    names: Mapping[str, Type]
    facts: Facts = NOTHING

    def knowing(self, facts: Facts) -> Scope:
        return replace(self, facts=self.facts & facts)

    def with_variable(self, name: str, type_: Type) -> Scope:
        """The scope inside a macro, whose variable hides other values of that name."""
        kept = {known: kind for known, kind in self.names.items() if not known.startswith(f"{name}.")}
        return Scope({**kept, name: type_}, self.facts.without(name))


def facts_when(node: Node, types: Mapping[int, Type], *, holds: bool) -> Facts:
    """The facts that are proved if `node` evaluates to `holds`. `types`: node offset -> type.

    They also hold if an operand of `&&` or `||` fails and CEL evaluates the others: an operand that decides
    the result does so regardless of the failure.
    """
    match node:
        case Literal(value=bool() as value):
            return NOTHING if value is holds else IMPOSSIBLE
        case Unary(operator="!"):
            return facts_when(node.operand, types, holds=not holds)
        case Binary(operator="!=" | "=="):
            return _compared(node, types, equal=holds == (node.operator == "=="))
        case Binary(operator="in") if holds and _holds_no_null(types.get(node.right.offset, DYN)):
            return Facts(frozenset({NotNull(node.left)}))
        case Has():
            part = Select(0, node.operand, node.field)
            return Facts(frozenset({Present(part) if holds else NotNull(part)}))
        case Logical():
            each = [facts_when(operand, types, holds=holds) for operand in node.operands]
            all_came_out_so = holds == (node.operator == "&&")
            return reduce(and_ if all_came_out_so else or_, each)
        case Conditional():
            then, otherwise = (
                facts_when(node.condition, types, holds=chosen) & facts_when(part, types, holds=holds)
                for chosen, part in ((True, node.then), (False, node.otherwise))
            )
            return then | otherwise
        case _:
            return NOTHING


def refined(type_: Type, part: Node, facts: Facts) -> Type:
    """The type of `part`, including its fields, narrowed by `facts`."""
    if isinstance(type_, Nullable):
        inner = refined(type_.inner, part, facts)
        return inner if NotNull(part) in facts else Nullable(inner)
    if not isinstance(type_, Record):
        return type_
    names = type_.fields.keys() if facts.impossible else set(_fields_of(part, facts)) & type_.fields.keys()
    if not names:
        return type_
    fields = dict(type_.fields)
    for name in names:
        field, selection = fields[name], Select(0, part, name)
        is_optional = field.optional and Present(selection) not in facts
        fields[name] = RecordField(refined(field.type, selection, facts), is_optional)
    return Record(fields, is_literal=type_.is_literal)


def _compared(node: Binary, types: Mapping[int, Type], *, equal: bool) -> Facts:
    facts = NOTHING
    for part, other in ((node.left, node.right), (node.right, node.left)):
        is_null = isinstance(other, Literal) and other.value is None
        if (is_null and not equal) or (equal and not _may_be_null(types.get(other.offset, DYN))):
            facts &= Facts(frozenset({NotNull(part)}))
        if isinstance(other, Literal) and isinstance(other.value, bool):
            facts &= facts_when(part, types, holds=other.value is equal)
    return facts


def _may_be_null(type_: Type) -> bool:
    return isinstance(type_, Nullable) or type_ in (NULL, DYN)


def _holds_no_null(type_: Type) -> bool:
    """Whether a container for `in` cannot hold null. Map keys are never null."""
    return isinstance(type_, MapOf | Record) or (isinstance(type_, ListOf) and not _may_be_null(type_.item))


def _fields_of(part: Node, facts: Facts) -> Iterator[str]:
    """The fields of `part` that the facts mention."""
    for fact in facts.proved:
        node = fact.part
        while isinstance(node, Select | Index):
            if isinstance(node, Select) and node.operand == part:
                yield node.field
            node = node.operand
