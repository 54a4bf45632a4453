"""Matches the states, events, commands and fields of two versions.

Declared renames come first. A removed element is assumed to be renamed if exactly one added element has the
same shape; without this guess, one rename would look like a hundred changes.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

from statewright.analysis.values import same_value
from statewright.canonical import canonical_json
from statewright.language.model import Branch, Definition, EventSpec
from statewright.language.schema.payloads import Field
from statewright.machine.compiled import Machine
from statewright.machine.flatten import Move, flatten
from statewright.machine.messages import Accepted, AggregateState, Event, Invalid, Rejected, Verdict

Moves = Mapping[tuple[str, str], Move]


@dataclass(frozen=True)
class Pair:
    """Two versions of one machine.

    `states`, `events`, `commands`, `data`: old name -> new name, without removed elements. `guessed_…`: the
    renames that are not declared.
    """

    old: Machine
    new: Machine
    old_moves: Moves
    new_moves: Moves
    states: Mapping[str, str]
    guessed_states: Mapping[str, str]
    events: Mapping[str, str]
    guessed_events: Mapping[str, str]
    commands: Mapping[str, str]
    guessed_commands: Mapping[str, str]
    old_commands: frozenset[str]
    new_commands: frozenset[str]
    data: Mapping[str, str]

    @property
    def is_renamed(self) -> bool:
        """Whether any name, or any declared former name, differs between the versions."""
        names = (self.states, self.events, self.commands, self.data)
        if any(was != now for one in names for was, now in one.items()):
            return True
        return _former_names(self.old.definition) != _former_names(self.new.definition)

    def is_same(self, old: AggregateState, new: AggregateState | str) -> bool:
        """Whether both states are equal in everything that both versions declare."""
        if isinstance(new, str) or self.states.get(old.leaf) != new.leaf:
            return False
        pairs = ((old.data[name], new.data[now]) for name, now in self.data.items())
        return all(same_value(one, other) for one, other in pairs)

    def is_same_answer(self, old: Verdict, new: Verdict) -> bool:
        """Whether a sender sees the same outcome. Commands that were invalid may change freely."""
        match old, new:
            case Invalid(), _:
                return True
            case Accepted(events=before), Accepted(events=after):
                return len(before) == len(after) and all(map(self._is_same_event, before, after))
            case Rejected(), Rejected():
                return (old.code, old.on_refusal) == (new.code, new.on_refusal)
            case _:
                return False

    def _is_same_event(self, old: Event, new: Event) -> bool:
        """Compare the fields that both versions know. A different event version is a deliberate change."""
        if self.events.get(old.type) != new.type:
            return False
        spec = spec_of(self.new.definition, new.type)
        fields = spec.fields_renamed if spec else {}
        pairs = ((value, fields.get(name, name)) for name, value in old.data.items())
        return old.event_version != new.event_version or all(
            same_value(value, new.data[name]) for value, name in pairs if name in new.data
        )


def pair_of(old: Machine, new: Machine) -> Pair:
    """Match the elements of both versions."""
    old_moves, new_moves = flatten(old.definition)[0].moves, flatten(new.definition)[0].moves
    declared_states = {
        name: now for name in old.definition.states if (now := new.state_names.current(name)[0]) is not None
    }
    guessed_states = _guessed_states(old.definition, new.definition, declared_states)
    states = {**declared_states, **guessed_states}
    declared_events = _declared_events(old, new, old_moves, new_moves)
    guessed_events = _guessed(
        {name: _event_shape(old.definition, old_moves, name, states) for name in events_of(old, old_moves)},
        {name: _event_shape(new.definition, new_moves, name, {}) for name in events_of(new, new_moves)},
        declared_events,
    )
    old_commands, new_commands = _commands(old), _commands(new)
    commands = {name: name for name in old_commands if name in new_commands}
    guessed_commands = _guessed(
        {name: _command_shape(old, name, states) for name in old_commands},
        {name: _command_shape(new, name, {}) for name in new_commands},
        commands,
    )
    return Pair(
        old=old,
        new=new,
        old_moves=old_moves,
        new_moves=new_moves,
        states=states,
        guessed_states=guessed_states,
        events={**declared_events, **guessed_events},
        guessed_events=guessed_events,
        commands={**commands, **guessed_commands},
        guessed_commands=guessed_commands,
        old_commands=frozenset(old_commands),
        new_commands=frozenset(new_commands),
        data=_data_fields(old.definition, new.definition),
    )


def spec_of(definition: Definition, event: str) -> EventSpec | None:
    """The declaration of an event; None if it is not declared."""
    return (definition.events or {}).get(event)


def events_of(machine: Machine, moves: Moves) -> dict[str, EventSpec | None]:
    """Declared and emitted events by name; None for an undeclared one."""
    specs = machine.definition.events or {}
    return {name: specs.get(name) for name in (*specs, *(event for _, event in moves))}


def _former_names(definition: Definition) -> list[object]:
    commands, events = definition.commands or {}, definition.events or {}
    return [
        {name: state.renamed_from for name, state in definition.states.items() if state.renamed_from},
        {name: event.renamed_from for name, event in events.items() if event.renamed_from},
        [{name: one.fields_renamed for name, one in specs.items()} for specs in (commands, events)],
    ]


def _data_fields(old: Definition, new: Definition) -> dict[str, str]:
    """Read renames from the document: data is refolded, so the compiled machine keeps no former names."""
    written = new.document.value.get("data") or {}
    renamed = {
        former: name
        for name, field in written.items()
        if isinstance(field, Mapping)
        for former in field.get("renamed_from", ())
    }
    return {name: now for name in old.data if (now := renamed.get(name, name)) in new.data}


def _declared_events(old: Machine, new: Machine, old_moves: Moves, new_moves: Moves) -> dict[str, str]:
    specs = new.definition.events or {}
    renamed = {former: name for name, spec in specs.items() for former in spec.renamed_from}
    known = events_of(new, new_moves)
    return {name: now for name in events_of(old, old_moves) if (now := renamed.get(name, name)) in known}


def _commands(machine: Machine) -> Iterable[str]:
    listed = (command for accepts in machine.rows.values() for command in accepts)
    return dict.fromkeys([*(machine.definition.commands or ()), *listed])


def _guessed(
    old: Mapping[str, Hashable], new: Mapping[str, Hashable], declared: Mapping[str, str]
) -> dict[str, str]:
    """Removed name -> the only added name of its shape, if no other removed element has that shape."""
    gone = {name: shape for name, shape in old.items() if name not in declared}
    fresh = {name: shape for name, shape in new.items() if name not in declared.values()}
    return {
        name: matches[0]
        for name, shape in gone.items()
        if list(gone.values()).count(shape) == 1
        and len(matches := [match for match, other in fresh.items() if other == shape]) == 1
    }


def _guessed_states(old: Definition, new: Definition, declared: Mapping[str, str]) -> dict[str, str]:
    """Guess renamed states. Children of a guessed state are matched by their own name."""
    guessed = _guessed(
        {name: _state_shape(old, name, declared) for name in old.states},
        {name: _state_shape(new, name, {}) for name in new.states},
        declared,
    )
    for name, state in old.states.items():
        inside = f"{guessed.get(state.parent or '')}.{name.rpartition('.')[2]}"
        if name not in declared and inside in new.states:
            guessed[name] = inside
    return guessed


def _state_shape(definition: Definition, name: str, states: Mapping[str, str]) -> Hashable:
    """The accepted commands without the targets, which may be renamed too."""
    state = definition.states[name]
    accepts = {
        command: tuple(_branch_shape(branch) for branch in branches)
        for command, branches in state.accepts.items()
    }
    return (_renamed_or_same(state.parent, states), state.final, state.composite, frozenset(accepts.items()))


def _branch_shape(branch: Branch) -> Hashable:
    emits = [
        [one.event, one.copied, {name: value.canonical for name, value in one.overrides.items()}]
        for one in branch.emits
    ]
    guard = branch.guard and branch.guard.canonical
    return canonical_json([guard, sorted(branch.roles), emits, branch.reject, branch.on_refusal])


def _event_shape(definition: Definition, moves: Moves, name: str, states: Mapping[str, str]) -> Hashable:
    """Payload, setters and moves. Events with identical shapes are not guessed."""
    spec = (definition.events or {}).get(name)
    fields = _fields_shape(spec.payload.fields) if spec else None
    setters = {key: value.canonical for key, value in spec.set.items()} if spec else {}
    led = {
        (_renamed_or_same(leaf, states), _renamed_or_same(move.leaf, states))
        for (leaf, event), move in moves.items()
        if event == name
    }
    return (fields, frozenset(setters.items()), frozenset(led))


def _command_shape(machine: Machine, name: str, states: Mapping[str, str]) -> Hashable:
    spec = (machine.definition.commands or {}).get(name)
    leaves = {leaf for leaf, accepts in machine.rows.items() if name in accepts}
    return (
        _fields_shape(spec.payload.fields) if spec else None,
        frozenset(_renamed_or_same(leaf, states) for leaf in leaves),
    )


def _fields_shape(fields: Mapping[str, Field]) -> Hashable:
    return frozenset((name, str(field.type), field.optional) for name, field in fields.items())


def _renamed_or_same(name: str | None, states: Mapping[str, str]) -> str | None:
    return None if name is None else states.get(name, name)
