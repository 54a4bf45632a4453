"""What a condition proves about nullable and optional values: the facts that hold when it is true or false.

`&&`, `||` and `?:` pass these facts on to the parts that are evaluated only then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import reduce

from statewright.language.cel.syntax import Binary, Chain, Has, Literal, Logical, Node, Unary, path
from statewright.language.cel.types import Type


@dataclass(frozen=True, slots=True)
class NotNull:
    path: Chain


@dataclass(frozen=True, slots=True)
class Present:
    path: Chain


Facts = frozenset[NotNull | Present]
NOTHING: Facts = frozenset()


@dataclass(frozen=True, slots=True)
class Scope:
    """What a part of the tree may use: names with their types, and what is proved about them."""

    names: Mapping[str, Type]
    facts: Facts = NOTHING

    def knowing(self, facts: Facts) -> Scope:
        return replace(self, facts=self.facts | facts)

    def with_variable(self, name: str, type_: Type) -> Scope:
        """Inside a macro, whose variable hides whatever else has its name."""
        kept = {known: kind for known, kind in self.names.items() if not known.startswith(f"{name}.")}
        facts = frozenset(fact for fact in self.facts if fact.path[0] != name)
        return Scope({**kept, name: type_}, facts)


def facts_when(node: Node, *, holds: bool) -> Facts:
    """What is known once `node` has come out as `holds`.

    Also true where an operand of `&&` failed and the rest was tried for its sake: an operand that decides
    would have decided then, too.
    """
    match node:
        case Unary(operator="!"):
            return facts_when(node.operand, holds=not holds)
        case Binary(operator="!=" | "=="):
            return _not_null(node) if holds == (node.operator == "!=") else NOTHING
        case Has() if holds:
            chain = path(node.operand)
            return frozenset({Present((*chain, node.field))}) if chain else NOTHING
        case Logical():
            each = [facts_when(operand, holds=holds) for operand in node.operands]
            all_came_out_so = holds == (node.operator == "&&")
            merge: Callable[[Facts, Facts], Facts] = Facts.union if all_came_out_so else Facts.intersection
            return reduce(merge, each)
        case _:
            return NOTHING


def _not_null(node: Binary) -> Facts:
    sides = (node.left, node.right)
    if not any(isinstance(side, Literal) and side.value is None for side in sides):
        return NOTHING
    chains = (path(side) for side in sides)
    return frozenset(NotNull(chain) for chain in chains if chain)
