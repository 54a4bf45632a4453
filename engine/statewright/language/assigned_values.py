"""Checks the expression of a stored value against the schema of its field, as far as the text allows.

Runs after type checking. Reports constants that violate the schema, also inside list and map literals, and
mismatches that the types do not express: parts of open objects and lists, and the length of literals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from statewright.errors import EvaluationError, ExpressionFault
from statewright.language.cel import Expression
from statewright.language.cel.compiler import compile_tree
from statewright.language.cel.literals import constant_key
from statewright.language.cel.syntax import (
    Binary,
    Conditional,
    ListLiteral,
    Macro,
    MapLiteral,
    Node,
    references,
)
from statewright.language.cel.types import DYN, STRING, ListOf, Type
from statewright.language.schema.types import Schema, misfit
from statewright.language.schema.values import compile_rule
from statewright.language.schema.violations import PayloadError, Violation, path_text
from statewright.language.wording import described

# Keywords that each side of a concatenation must satisfy for the result to satisfy them.
_OF_PARTS = ("type", "items", "maxItems", "uniqueItems", "maxLength")
_OF_LENGTH = ("minItems", "maxItems")
_KINDS = {Violation.CONSTRAINT: "value", Violation.LIMIT: "value"}


def unfit_parts(expression: Expression, schema: Schema) -> Iterator[ExpressionFault]:
    """Yield a fault for each part that can never fit. `schema`: canonical, with references inlined."""
    return _Assignment(expression.types).unfit(expression.tree, schema)


class _Assignment:
    def __init__(self, types: Mapping[int, Type]) -> None:
        self.types = types

    def unfit(self, node: Node, schema: Schema) -> Iterator[ExpressionFault]:
        match node:
            case Conditional():
                return chain.from_iterable(self.unfit(arm, schema) for arm in self.arms(node))
            case ListLiteral():
                return self.list_literal(node, schema)
            case MapLiteral():
                return self.map_literal(node, schema)
            case Binary(operator="+") if references(node) and self.is_concatenation(node):
                part = {name: schema[name] for name in _OF_PARTS if name in schema}
                return chain(self.unfit(node.left, part), self.unfit(node.right, part))
            case Macro(name="map"):
                return self.unfit(node.bodies[-1], schema.get("items", {}))
            case _:
                return self.leaf(node, schema)

    def leaf(self, node: Node, schema: Schema) -> Iterator[ExpressionFault]:
        problem = misfit(schema, self.type_of(node))
        if problem is not None:
            yield ExpressionFault(node.offset, problem, "type")
        elif not references(node):
            yield from self.constant(node, schema)

    def constant(self, node: Node, schema: Schema) -> Iterator[ExpressionFault]:
        try:
            value = self.value(node)
        except EvaluationError as error:
            yield ExpressionFault(node.offset, f"this expression always fails: {error}", "type")
            return
        yield from _excluded(node, value, schema)

    def arms(self, node: Conditional) -> tuple[Node, ...]:
        """The branches that can be evaluated: only one if the condition is constant."""
        if references(node.condition):
            return (node.then, node.otherwise)
        try:
            return (node.then,) if self.value(node.condition) is True else (node.otherwise,)
        except EvaluationError:
            return ()

    def list_literal(self, node: ListLiteral, schema: Schema) -> Iterator[ExpressionFault]:
        faults = list(chain.from_iterable(self.unfit(item, schema.get("items", {})) for item in node.items))
        yield from faults
        if faults:
            return
        problem = misfit({**schema, "items": {}}, self.type_of(node))
        if problem is not None:
            yield ExpressionFault(node.offset, problem, "type")
        elif not references(node):
            yield from self.constant(node, schema)
        else:
            length = {name: schema[name] for name in _OF_LENGTH if name in schema}
            yield from _excluded(node, [None] * len(node.items), length)

    def map_literal(self, node: MapLiteral, schema: Schema) -> Iterator[ExpressionFault]:
        parts = [(value, _part_schema(schema, constant_key(key))) for key, value in node.entries]
        faults = list(chain.from_iterable(self.unfit(value, part) for value, part in parts))
        yield from faults
        if not faults and not references(node):
            yield from self.constant(node, schema)
        elif not faults and (problem := misfit(schema, self.type_of(node))) is not None:
            yield ExpressionFault(node.offset, problem, "type")

    def is_concatenation(self, node: Node) -> bool:
        type_ = self.type_of(node)
        return type_ == STRING or isinstance(type_, ListOf)

    def type_of(self, node: Node) -> Type:
        return self.types.get(node.offset, DYN)

    def value(self, node: Node) -> Any:
        """The value of a node that reads no names."""
        return compile_tree(node, (), self.types)()


def _part_schema(schema: Schema, name: str | None) -> Schema:
    """The schema for the value of a key; `{}` if the key is computed and could name any property."""
    properties, extra = schema.get("properties", {}), schema.get("additionalProperties")
    others = extra if isinstance(extra, Mapping) else {}
    if name is None:
        return {} if properties else others
    part: Schema = properties.get(name, others)
    return part


def _excluded(node: Node, value: Any, schema: Schema) -> Iterator[ExpressionFault]:
    try:
        compile_rule(schema).conform(value)
    except PayloadError as error:
        message = f"{described(value)} is not allowed here: {error}"
        if error.violation is Violation.MISSING:
            message = f'missing key "{path_text(error.path)}"'
        yield ExpressionFault(node.offset, message, _KINDS.get(error.violation, "type"))
