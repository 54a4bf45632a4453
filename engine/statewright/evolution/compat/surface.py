"""The observable surface of a version: each element that affects streams or senders, in normal form.

Old names are mapped to current ones, so equal forms at the same path mean no change. Fields that only people
read are excluded by name. Unknown fields of the model are compared as they are, so new ones are not missed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from statewright.analysis.schemas import essence
from statewright.canonical import canonical_json
from statewright.evolution.compat.expression_forms import ExpressionForms, Names
from statewright.language.model import (
    Branch,
    CommandSpec,
    Definition,
    Emission,
    EventSpec,
    Invariant,
    State,
    Timeout,
)
from statewright.language.schema.payloads import Field, Payload
from statewright.language.source.document import DocumentPath
from statewright.machine.compiled import Machine
from statewright.machine.flatten import flatten

# Fields of the model that are handled below, or that no stream or sender can notice.
_READ: Mapping[type, frozenset[str]] = {
    Definition: frozenset(
        {
            "machine",
            "version",
            "initial",
            "data",
            "states",
            "commands",
            "events",
            "accepts",
            "invariants",
            "notes",
        }
    ),
    State: frozenset(
        {"name", "parent", "initial", "final", "composite", "accepts", "timeout", "renamed_from", "notes"}
    ),
    CommandSpec: frozenset({"name", "payload", "roles", "fields_renamed", "notes"}),
    EventSpec: frozenset(
        {"name", "payload", "set", "upcasts", "retired", "renamed_from", "fields_renamed", "notes"}
    ),
    Invariant: frozenset({"check", "message"}),
    Timeout: frozenset({"after_seconds", "command"}),
    Emission: frozenset({"event", "copied", "overrides"}),
    Branch: frozenset({"guard", "roles", "emits", "target", "message", "notes"}),
    Field: frozenset({"name", "schema", "type", "optional", "default", "description"}),
}


@dataclass(frozen=True, slots=True)
class Element:
    """An element of a version in normal form.

    `text`: the normal form. `path`: the place of the element in its own document.
    """

    text: str
    path: DocumentPath


@dataclass(frozen=True, slots=True)
class BranchSurface:
    """A branch in normal form.

    `parts`: the observable parts of a branch, by their path within it.
    """

    path: DocumentPath
    parts: Mapping[DocumentPath, str]

    @property
    def text(self) -> str:
        return canonical_json(sorted([*map(str, steps), text] for steps, text in self.parts.items()))


@dataclass(frozen=True, slots=True)
class Surface:
    """The observable surface of a version.

    `elements`: by path under current names. `rows`: by leaf and command.
    """

    elements: Mapping[DocumentPath, Element]
    rows: Mapping[tuple[str, str], tuple[BranchSurface, ...]]


def surface_of(machine: Machine, names: Names) -> Surface:
    """Read a version's surface. `names`: from its names to the current ones."""
    reader = _Reader(machine, names)
    return Surface(dict(reader.elements()), reader.rows())


class _Reader:
    def __init__(self, machine: Machine, names: Names) -> None:
        self.machine = machine
        self.definition = machine.definition
        self.names = names
        self.forms = ExpressionForms(machine.definition, names)

    def elements(self) -> Iterator[tuple[DocumentPath, Element]]:
        yield from self.unknown(self.definition, (), ())
        leaf = self.definition.leaf_of(self.definition.initial)
        yield ("initial",), Element(self.names.state(leaf), ("initial",))
        for name, field in self.definition.data.items():
            yield from self.field(field, ("data", self.names.data.get(name, name)), ("data", name))
        yield from self.states()
        for command in self.commands():
            yield from self.command(command)
        yield from self.events()
        for invariant in self.definition.invariants:
            text = self.forms.invariant(invariant.check)
            yield ("invariants", text), Element("", invariant.path)
            yield from self.unknown(invariant, ("invariants", text), invariant.path)

    def states(self) -> Iterator[tuple[DocumentPath, Element]]:
        """The states that a stream can be in, and their ancestors."""
        reached = {name for leaf in self.machine.rows for name in self.definition.lineage(leaf)}
        for name, state in self.definition.states.items():
            if name in reached:
                place: DocumentPath = ("states", self.names.state(name))
                yield place, Element("", state.path)
                yield (*place, "final"), Element(str(state.final), (*state.path, "final"))
                if state.timeout is not None:
                    due = [state.timeout.after_seconds, self.names.command(state.timeout.command)]
                    yield (*place, "timeout"), Element(canonical_json(due), (*state.path, "timeout"))
                    yield from self.unknown(state.timeout, (*place, "timeout"), state.timeout.path)
                yield from self.unknown(state, place, state.path)

    def commands(self) -> Iterator[str]:
        listed = (command for row in self.machine.rows.values() for command in row)
        yield from dict.fromkeys([*(self.definition.commands or ()), *listed])

    def command(self, name: str) -> Iterator[tuple[DocumentPath, Element]]:
        """A declared or listed command. An undeclared one accepts any payload."""
        place: DocumentPath = ("commands", self.names.command(name))
        path: DocumentPath = ("commands", name)
        spec = (self.definition.commands or {}).get(name)
        yield place, Element("", path)
        yield (*place, "payload"), Element("closed" if spec else "open", path)
        if spec is not None:
            if spec.roles:
                yield (*place, "roles"), Element(canonical_json(sorted(spec.roles)), (*path, "roles"))
            fields_today = self.names.command_fields.get(self.names.command(name), {})
            yield from self.payload(spec.payload, fields_today, place, path)
            yield from self.unknown(spec, place, path)

    def events(self) -> Iterator[tuple[DocumentPath, Element]]:
        moves = flatten(self.definition)[0].moves
        declared = self.definition.events or {}
        for name in dict.fromkeys([*declared, *(event for _, event in moves)]):
            yield from self.event(name, declared.get(name))
        for (leaf, name), move in moves.items():
            place = ("moves", self.names.state(leaf), self.names.event(name))
            led = [self.names.state(move.leaf), move.entered and self.names.state(move.entered)]
            yield place, Element(canonical_json(led), ("moves", leaf, name))

    def event(self, name: str, spec: EventSpec | None) -> Iterator[tuple[DocumentPath, Element]]:
        now = self.names.event(name)
        place: DocumentPath = ("events", now)
        path: DocumentPath = ("events", name)
        yield place, Element("", path)
        yield (*place, "payload"), Element("closed" if spec else "open", path)
        if spec is None:
            return
        yield (*place, "version"), Element(str(spec.version), (*path, "version"))
        yield from self.payload(spec.payload, self.names.event_fields.get(now, {}), place, path)
        for field, setter in spec.set.items():
            text = self.forms.setter(spec, field, setter).text
            target = self.names.data.get(field, field)
            yield (*place, "set", target), Element(text, (*path, "set", field))
        for version, link in enumerate(spec.upcasts, 1):
            text = self.forms.upcast(now, link)
            yield (*place, "upcast", str(version)), Element(text, (*path, "upcast", str(version)))
        yield from self.unknown(spec, place, path)

    def payload(
        self, payload: Payload, renames: Mapping[str, str], place: DocumentPath, path: DocumentPath
    ) -> Iterator[tuple[DocumentPath, Element]]:
        for name, field in payload.fields.items():
            yield from self.field(
                field, (*place, "payload", renames.get(name, name)), (*path, "payload", name)
            )

    def field(
        self, field: Field, place: DocumentPath, path: DocumentPath
    ) -> Iterator[tuple[DocumentPath, Element]]:
        yield place, Element(canonical_json([_plain(essence(field.schema)), field.optional]), path)
        if field.has_default:
            text = canonical_json(_plain(field.default))
            yield (*place, "default"), Element(text, (*path, "default"))
        yield from self.unknown(field, place, path)

    def rows(self) -> dict[tuple[str, str], tuple[BranchSurface, ...]]:
        lists = (
            ((self.names.state(leaf), self.names.command(command)), command, branches)
            for leaf, row in self.machine.rows.items()
            for command, branches in row.items()
        )
        return {
            key: tuple(self.branch(command, branch) for branch in branches)
            for key, command, branches in lists
        }

    def branch(self, command: str, branch: Branch) -> BranchSurface:
        """The branch without its target, which is part of the moves."""
        parts: dict[DocumentPath, str] = {}
        if branch.guard is not None:
            parts["guard",] = self.forms.of_command(command, branch.guard)
        if branch.roles:
            parts["roles",] = canonical_json(sorted(branch.roles))
        if branch.emits:
            parts["emit",] = canonical_json(
                [[self.names.event(one.event), one.copied is None] for one in branch.emits]
            )
        for number, emission in enumerate(branch.emits):
            steps: DocumentPath = ("with",) if len(branch.emits) == 1 else ("emit", number, "with")
            for name, text in self.forms.emitted(command, emission).items():
                parts[*steps, name] = text
            parts |= {at: element.text for at, element in self.unknown(emission, ("emit", number), ())}
        parts |= {at: element.text for at, element in self.unknown(branch, (), ())}
        return BranchSurface(branch.path, parts)

    def unknown(
        self, part: Any, place: DocumentPath, path: DocumentPath
    ) -> Iterator[tuple[DocumentPath, Element]]:
        """The fields of the part that are not handled above."""
        for field in fields(part):
            value = getattr(part, field.name)
            if field.compare and field.name not in _READ[type(part)] and value:
                yield (*place, field.name), Element(repr(value), (*path, field.name))


def _plain(value: Any) -> Any:
    """The value with each number in one form: for a schema, 1.0 equals 1."""
    match value:
        case float() if value.is_integer():
            return int(value)
        case Mapping():
            return {name: _plain(part) for name, part in value.items()}
        case list() | tuple():
            return [_plain(part) for part in value]
        case _:
            return value
