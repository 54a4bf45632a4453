"""Expressions in a normal form under current names, together with the types that their values depend on.

Number types are part of the form: 7 / 2 is 3 for integers and 3.5 for doubles.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from statewright.analysis.normal_expressions import Form, normal_form
from statewright.canonical import canonical_json
from statewright.language.cel import Expression
from statewright.language.cel.fitting import Fit, fits, inner_of
from statewright.language.cel.parser import parse
from statewright.language.cel.printer import canonical
from statewright.language.cel.syntax import Binary, Has, ListLiteral, Literal, Name, Node, Select
from statewright.language.cel.types import (
    DOUBLE,
    DYN,
    INT,
    STRING,
    TIMESTAMP,
    ListOf,
    MapOf,
    Nullable,
    Record,
    RecordField,
    Type,
)
from statewright.language.model import Definition, Emission, EventSpec, Upcast
from statewright.language.schema.payloads import record_type

Chains = Mapping[tuple[str, str], str]  # ("data", old field) -> new field

_OPEN = MapOf(STRING, DYN)
_ACTOR = Record({"id": RecordField(STRING), "roles": RecordField(ListOf(STRING))})


@dataclass(frozen=True, slots=True)
class Names:
    """Old names -> current names; a missing name is unchanged. Fields are keyed by current element names.

    `shared_fields`: the event fields that both versions know; only these are compared in branches. `upcast`:
    the event fields that upcasts set; their types are checked with the upcasts.
    """

    states: Mapping[str, str] = field(default_factory=dict)
    commands: Mapping[str, str] = field(default_factory=dict)
    events: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)
    command_fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    event_fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    shared_fields: Mapping[str, frozenset[str]] = field(default_factory=dict)
    upcast: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def state(self, name: str) -> str:
        return self.states.get(name, name)

    def command(self, name: str) -> str:
        return self.commands.get(name, name)

    def event(self, name: str) -> str:
        return self.events.get(name, name)


@dataclass(frozen=True, slots=True)
class SetterForm:
    """The normal form of a setter, with the types that its value depends on.

    `numbers`: number types by field read. `asked`: the required type, if the result may have another.
    """

    form: Form
    numbers: Mapping[str, str]
    asked: str

    @property
    def data_numbers(self) -> dict[str, str]:
        """The number types of data fields; upcasts determine those of event fields."""
        return {name: kinds for name, kinds in self.numbers.items() if name.startswith("data.")}

    @property
    def text(self) -> str:
        return canonical_json([self.form, self.numbers, self.asked])


class ExpressionForms:
    """The normal forms of a definition's expressions, each in its evaluation context."""

    def __init__(self, definition: Definition, names: Names) -> None:
        self._definition = definition
        self._names = names
        self._data = record_type(definition.data)
        self._data_chains = {("data", before): after for before, after in names.data.items()}

    def setter(self, event: EventSpec, field: str, value: Expression) -> SetterForm:
        now = self._names.event(event.name)
        renamed, upcast = self._names.event_fields.get(now, {}), self._names.upcast.get(now, frozenset())
        types: dict[str, Type] = {"data": self._data, "event": record_type(event.payload.fields)}
        chains = self._data_chains | _chains("event", renamed)
        kept = {
            name: one for name, one in event.payload.fields.items() if renamed.get(name, name) not in upcast
        }
        read: dict[str, Type] = {"data": self._data, "event": record_type(kept)}
        wanted = self._definition.data[field].type
        asked = type_text(wanted) if fits(value.result, wanted) is Fit.CHECKED else ""
        return SetterForm(*self._form(value, types, chains, read), asked)

    def upcast(self, event: str, link: Upcast) -> str:
        """The form of one upcast; `event`: its current name."""
        renames = self._names.event_fields.get(event, {})
        chains = _chains("event", renames)
        forms = {
            renames.get(name, name): self._form(value, {"event": _OPEN}, chains, {})
            for name, value in link.items()
        }
        return canonical_json(forms)

    def invariant(self, check: Expression) -> str:
        types: dict[str, Type] = {"data": self._data, "state": STRING}
        return canonical_json(self._form(check, types, self._data_chains, types))

    def of_command(self, command: str, value: Expression) -> str:
        """The form of a guard or of a value in `with`."""
        spec = (self._definition.commands or {}).get(command)
        payload = record_type(spec.payload.fields) if spec else _OPEN
        types = {"data": self._data, "command": payload, "actor": _ACTOR, "now": TIMESTAMP, "state": STRING}
        renames = self._names.command_fields.get(self._names.command(command), {})
        chains = self._data_chains | _chains("command", renames)
        return canonical_json(self._form(value, types, chains, types))

    def emitted(self, command: str, emission: Emission) -> dict[str, str]:
        """The source of every event field, whether set by `with` or copied from the command."""
        event = self._names.event(emission.event)
        renames, shared = self._names.event_fields.get(event, {}), self._names.shared_fields.get(event)
        fields_today = self._names.command_fields.get(self._names.command(command), {})
        sources = {
            name: canonical_json([("select", ("name", "command"), fields_today.get(name, name)), {}])
            for name in emission.copied or ()
        }
        sources |= {name: self.of_command(command, value) for name, value in emission.overrides.items()}
        named = {renames.get(name, name): source for name, source in sources.items()}
        return {name: source for name, source in named.items() if shared is None or name in shared}

    def _form(
        self, value: Expression, types: Mapping[str, Type], chains: Chains, read: Mapping[str, Type]
    ) -> tuple[Form, Mapping[str, str]]:
        """The form, and the number types that belong to it. `read`: the names whose number types count."""
        tree = parse(value.source)

        def rename(node: Node) -> Node:
            return _renamed(node, chains, self._names.states)

        return normal_form(tree, types, rename), _numbers_of(value, chains, read)


def renamed_text(value: Expression, chains: Chains) -> str:
    """The canonical text of the expression under current names."""
    return canonical(_renamed(parse(value.source), chains, {}))


def type_text(type_: Type) -> str:
    """The complete type as text; the readable form omits details."""
    match type_:
        case Record():
            parts = (
                f"{name}{'?' * one.optional}: {type_text(one.type)}" for name, one in type_.fields.items()
            )
            return "{" + ", ".join(sorted(parts)) + "}"
        case ListOf():
            return f"list({type_text(type_.item)})"
        case MapOf():
            return f"map({type_text(type_.key)}, {type_text(type_.value)})"
        case Nullable():
            return f"{type_text(type_.inner)}?"
        case _:
            return str(type_)


def _chains(root: str, renames: Mapping[str, str]) -> dict[tuple[str, str], str]:
    return {(root, before): after for before, after in renames.items()}


def _numbers_of(value: Expression, chains: Chains, read: Mapping[str, Type]) -> dict[str, str]:
    """The number types of the fields that the expression reads; empty for a plain copy."""
    if value.canonical in map(".".join, value.references):
        return {}
    numbers = {}
    for root, *rest in value.references:
        record = read.get(root)
        if rest and isinstance(record, Record) and rest[0] in record.fields:
            kinds = number_text(record.fields[rest[0]].type)
            if kinds:
                numbers[f"{root}.{chains.get((root, rest[0]), rest[0])}"] = kinds
    return numbers


def number_text(type_: Type) -> str:
    """The number types within a type as text; empty if it has no numbers."""
    match inner_of(type_):
        case Record(fields=parts):
            inside = {name: number_text(part.type) for name, part in parts.items()}
            return (
                canonical_json({name: text for name, text in inside.items() if text})
                if any(inside.values())
                else ""
            )
        case ListOf(item=item):
            return f"[{number_text(item)}]" if number_text(item) else ""
        case MapOf(value=item):
            return f"*{number_text(item)}" if number_text(item) else ""
        case scalar:
            return str(scalar) if scalar in (INT, DOUBLE) else ""


def _renamed(node: Node, chains: Chains, states: Mapping[str, str]) -> Node:
    """Rename fields of the roots in `chains`, and states that `state` is compared with."""
    if isinstance(node, Select | Has) and isinstance(node.operand, Name):
        return replace(node, field=chains.get((node.operand.name, node.field), node.field))
    if isinstance(node, Binary) and Name(0, "state") in (node.left, node.right):
        node = replace(node, left=_state_named(node.left, states), right=_state_named(node.right, states))
    parts = {
        part.name: _renamed_part(getattr(node, part.name), chains, states)
        for part in fields(node)
        if part.init
    }
    return replace(node, **parts)


def _state_named(node: Node, states: Mapping[str, str]) -> Node:
    match node:
        case Literal(value=str(name)):
            return replace(node, value=states.get(name, name))
        case ListLiteral(items=items):
            return replace(node, items=tuple(_state_named(item, states) for item in items))
        case _:
            return node


def _renamed_part(part: Any, chains: Chains, states: Mapping[str, str]) -> Any:
    match part:
        case Node():
            return _renamed(part, chains, states)
        case tuple():
            return tuple(_renamed_part(item, chains, states) for item in part)
        case _:
            return part
