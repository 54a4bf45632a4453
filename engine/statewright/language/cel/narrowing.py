"""What a condition proves about nullable and optional values: the facts that hold when it is true or false.

`&&`, `||` and `?:` pass these facts on to the parts that are evaluated only then, and a guard to what follows
it. Expressions are pure, so a fact about a part holds for every part that is written alike.
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
    """Of a part that may be absent, too: if it is there it is not null."""

    part: Node


@dataclass(frozen=True, slots=True)
class Present:
    part: Node


@dataclass(frozen=True, slots=True)
class Facts:
    """`impossible`: no values lead here, so everything may be taken for proved."""

    proved: frozenset[NotNull | Present] = frozenset()
    impossible: bool = False

    def __contains__(self, fact: NotNull | Present) -> bool:
        return self.impossible or fact in self.proved

    def __and__(self, other: Facts) -> Facts:
        """Where both hold."""
        return Facts(self.proved | other.proved, self.impossible or other.impossible)

    def __or__(self, other: Facts) -> Facts:
        """Where at least one of them holds."""
        if self.impossible or other.impossible:
            return other if self.impossible else self
        return Facts(self.proved & other.proved)

    def without(self, name: str) -> Facts:
        """Where the name stands for something else."""
        kept = (fact for fact in self.proved if Name(0, name) not in (node for node, _ in walk(fact.part)))
        return replace(self, proved=frozenset(kept))


NOTHING = Facts()
IMPOSSIBLE = Facts(impossible=True)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a part of the tree may use: names with their types, and what is proved about them."""

    names: Mapping[str, Type]
    facts: Facts = NOTHING

    def knowing(self, facts: Facts) -> Scope:
        return replace(self, facts=self.facts & facts)

    def with_variable(self, name: str, type_: Type) -> Scope:
        """Inside a macro, whose variable hides whatever else has its name."""
        kept = {known: kind for known, kind in self.names.items() if not known.startswith(f"{name}.")}
        return Scope({**kept, name: type_}, self.facts.without(name))


def facts_when(node: Node, types: Mapping[int, Type], *, holds: bool) -> Facts:
    """What is known once `node` has come out as `holds`; `types`: of its parts, by their offsets.

    Also true where an operand of `&&` failed and the rest was tried for its sake: an operand that decides
    would have decided then, too.
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
    """The type of `part`, and of the fields in it, where `facts` are known."""
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
    """Of what `in` looks into; null is no key."""
    return isinstance(type_, MapOf | Record) or (isinstance(type_, ListOf) and not _may_be_null(type_.item))


def _fields_of(part: Node, facts: Facts) -> Iterator[str]:
    """The fields through which a fact is about something inside the part."""
    for fact in facts.proved:
        node = fact.part
        while isinstance(node, Select | Index):
            if isinstance(node, Select) and node.operand == part:
                yield node.field
            node = node.operand
