"""Derives schemas for the result of an expression from its text and the schemas of the fields it reads.

Only constants, copies, choices between them, and integers that certainly fit in 64 bits are understood. Other
expressions have no result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from statewright.analysis.schemas import Schema, integer_bounds
from statewright.language.cel import Expression
from statewright.language.cel.parser import parse
from statewright.language.cel.syntax import (
    Binary,
    Call,
    Chain,
    Conditional,
    Has,
    ListLiteral,
    Literal,
    Logical,
    MapLiteral,
    Name,
    Node,
    Select,
)
from statewright.language.model import Definition, EventSpec
from statewright.strict_json import INTEGER_MAX, INTEGER_MIN

Results = tuple[Schema, ...]  # a value matches at least one of them
Range = tuple[int, int]

COUNT_START_MAX = 2**61
COUNT_STEP_MAX = 2**31

_BOOLEAN: Results = ({"type": "boolean"},)
_TEXT: Results = ({"type": "string"},)
_SCALARS = ("string", "integer", "number", "boolean")
_COUNTED: Schema = {"type": "integer", "minimum": INTEGER_MIN // 2, "maximum": INTEGER_MAX // 2}


@dataclass(frozen=True, slots=True)
class Known:
    """The fields that an expression can read, by their chains. Those in `perhaps` can be absent."""

    always: Mapping[Chain, Results]
    perhaps: Mapping[Chain, Results] = field(default_factory=dict)


def results(expression: Expression, known: Known) -> Results | None:
    """Schemas for the result, or None if the expression can fail or is not understood."""
    return _results(parse(expression.source), known)


def counted(definition: Definition, name: str) -> Schema:
    """The schema of a data field, with narrower bounds if the field only counts in small steps.

    Its default must be at most COUNT_START_MAX and each step at most COUNT_STEP_MAX. It would then take 2^30
    events to exceed half of the 64-bit range, and no stream has so many.
    """
    field = definition.data[name]
    if type(field.default) is not int or abs(field.default) > COUNT_START_MAX:
        return field.schema
    specs = [spec for spec in (definition.events or {}).values() if name in spec.set]
    if all(_counts(parse(spec.set[name].source), name, spec) for spec in specs):
        return _COUNTED
    return field.schema


def _counts(node: Node, name: str, event: EventSpec) -> bool:
    """Whether an event keeps the field, sets it to a small number, or moves it by a small step."""
    match node:
        case Select(operand=Name(name="data"), field=field) if field == name:
            return True
        case Conditional(then=then, otherwise=otherwise):
            return _counts(then, name, event) and _counts(otherwise, name, event)
        case Binary(operator="+" | "-", left=left, right=right):
            steps = [part for part in (left, right) if not _is_field(part, name)]
            if len(steps) == 1 and (node.operator == "+" or steps[0] is right):
                return _is_within(steps[0], event, COUNT_STEP_MAX)
            return _is_within(node, event, COUNT_START_MAX)
        case _:
            return _is_within(node, event, COUNT_START_MAX)


def _is_field(node: Node, name: str) -> bool:
    return isinstance(node, Select) and node.operand == Name(0, "data") and node.field == name


def _is_within(node: Node, event: EventSpec, bound: int) -> bool:
    """Whether the node is certainly an integer from -bound to bound, given the event's schemas."""
    fields = event.payload.fields.values()
    known = Known(
        {("event", one.name): (one.schema,) for one in fields if not one.optional or one.has_default}
    )
    range_ = _range(node, known)
    return range_ is not None and -bound <= range_[0] and range_[1] <= bound


def _results(node: Node, known: Known) -> Results | None:
    match node:
        case Literal(value=value):
            return ({"const": value},)
        case ListLiteral(items=items) if all(isinstance(item, Literal) for item in items):
            return ({"const": [item.value for item in items if isinstance(item, Literal)]},)
        case MapLiteral(entries=entries) if all(
            isinstance(part, Literal) for pair in entries for part in pair
        ):
            return ({"const": {key.value: value.value for key, value in entries}},)  # type: ignore[attr-defined]
        case Name(name=name):
            return known.always.get((name,))
        case Select(operand=Name(name=root), field=name):
            return known.always.get((root, name))
        case Has(operand=Name(name=root), field=name):
            return _BOOLEAN if (root, name) in {*known.always, *known.perhaps} else None
        case Conditional():
            return _either(node, known)
        case Logical(operands=parts):
            return None if None in [_results(part, known) for part in parts] else _BOOLEAN
        case Call(function="string", arguments=(argument,)):
            return _TEXT if all(map(_is_scalar, _results(argument, known) or ({},))) else None
        case Binary(operator="==" | "!=", left=left, right=right):
            return None if None in (_results(left, known), _results(right, known)) else _BOOLEAN
        case Binary(operator=operator, left=left, right=right):
            return _computed(operator, _range(left, known), _range(right, known))
        case _:
            return None


def _is_scalar(schema: Schema) -> bool:
    return isinstance(schema.get("const"), str | int | float) or schema.get("type") in _SCALARS


def _either(node: Conditional, known: Known) -> Results | None:
    inside = known
    match node.condition:
        case Has(operand=Name(name=root), field=name) if (root, name) in known.perhaps:
            inside = replace(known, always={**known.always, (root, name): known.perhaps[root, name]})
    condition = _results(node.condition, known)
    then, otherwise = _results(node.then, inside), _results(node.otherwise, known)
    return None if condition is None or then is None or otherwise is None else (*then, *otherwise)


def _computed(operator: str, left: Range | None, right: Range | None) -> Results | None:
    if left is None or right is None:
        return None
    if operator in ("<", "<=", ">", ">="):
        return _BOOLEAN
    if operator == "+":
        low, high = left[0] + right[0], left[1] + right[1]
    elif operator == "-":
        low, high = left[0] - right[1], left[1] - right[0]
    elif operator == "*":
        corners = [one * other for one in left for other in right]
        low, high = min(corners), max(corners)
    elif operator == "/" and right[0] > 0:
        low, high = -max(map(abs, left)), max(map(abs, left))
    else:
        return None
    within = low >= INTEGER_MIN and high <= INTEGER_MAX
    return ({"type": "integer", "minimum": low, "maximum": high},) if within else None


def _range(node: Node, known: Known) -> Range | None:
    """The smallest and the largest integer; None if the result can be something else."""
    ranges = [_range_of(schema) for schema in _results(node, known) or ({},)]
    whole = [one for one in ranges if one is not None]
    if len(whole) < len(ranges):
        return None
    return min(low for low, _ in whole), max(high for _, high in whole)


def _range_of(schema: Schema) -> Range | None:
    match schema:
        case {"const": bool()}:
            return None
        case {"const": int(value)}:
            return value, value
        case {"type": "integer"} if "enum" not in schema:
            return integer_bounds(schema)
        case _:
            return None
