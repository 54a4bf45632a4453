"""Compiles a definition into two machines of the `transitions` library, shared by all aggregates.

One has commands as triggers and guards as conditions, the other has event types as triggers. Callbacks are
always callables built here, never strings from a file: the library would import and call dotted names. This
is the only module that imports the library.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import transitions

from statewright.errors import DefinitionError, EvaluationError, UnknownMove
from statewright.language import digest_of
from statewright.language.cel import Budget, Expression
from statewright.language.model import Branch, Definition, EventSpec
from statewright.language.schema.payloads import Payload
from statewright.language.state_names import StateNames
from statewright.machine.behaviour import behaviour_digest
from statewright.machine.flatten import TransitionTable, destination, flatten
from statewright.machine.messages import REFUSED, AggregateState
from statewright.machine.upcasting import not_computed, upcast

# At INFO the library formats several messages for every trigger, which makes it up to five times slower.
logging.getLogger("transitions").setLevel(logging.WARNING)

# The attribute in which the library stores the leaf. The library rejects a trigger of that name, so it cannot
# be a valid name of a command or an event.
_LEAF = "_leaf"

# The spec of events that are not declared.
_UNDECLARED = EventSpec("", Payload.open())

FoldFunction = Callable[[dict[str, Any], Mapping[str, Any], Budget | None], None]


@dataclass(slots=True)
class EventTransition:
    """The effect of one event type in one leaf: the move made by the library and the change of the data.

    `fold` applies a payload of `event_version` to the data in place, within a budget during a decision; None
    if the event sets nothing.
    """

    leaf: str
    entered: str | None = None
    fold: FoldFunction | None = None
    event_version: int = 1


class Machine:
    """A compiled definition. Immutable except for its cache of transitions; safe to share between threads."""

    def __init__(self, definition: Definition, table: TransitionTable) -> None:
        self.definition = definition
        self.name = definition.machine
        self.version = definition.version
        self.digest = digest_of(definition)
        self.behaviour = behaviour_digest(definition, table)
        self.rows = table.rows
        self.initial = AggregateState(
            definition.leaf_of(definition.initial),
            {name: field.default for name, field in definition.data.items()},
            0,
        )
        self.data_payload = Payload(definition.data)
        self.open_payload = Payload.open()
        self.state_names = StateNames(definition)
        self._event_names = {
            old: event.name for event in (definition.events or {}).values() for old in event.renamed_from
        }
        self._commands = _command_machine(definition, table, self.initial.leaf)
        self._events = _event_machine(table, self.initial.leaf)
        self.transitions: dict[tuple[str, str, int | None], EventTransition] = {}  # the cache of `transition`

    @property
    def commands(self) -> frozenset[str] | None:
        """The declared commands, or None if the section is missing."""
        return None if self.definition.commands is None else frozenset(self.definition.commands)

    def accepts(self, leaf: str) -> tuple[str, ...]:
        """The commands that `leaf` accepts, own and inherited, sorted."""
        return tuple(sorted(self.rows[leaf]))

    def fire(self, leaf: str, command: str, holds: Callable[[Branch], bool]) -> Branch | None:
        """Fire `command` in `leaf` and return the first branch for which `holds` is true, or None.

        `leaf` must accept `command`. Exceptions raised by `holds` propagate.
        """
        firing = _Firing(leaf, holds)
        self._commands.events[command].trigger(firing)
        return firing.chosen

    def transition(self, leaf: str, event_type: str, event_version: int | None = None) -> EventTransition:
        """Return the effect of an event, computed by the library once and then cached.

        `event_version`: as stored, or None for a new event. Raises UnknownMove for an unknown event or
        version; such events are never skipped.
        """
        transition = self.transitions.get((leaf, event_type, event_version))
        if transition is None:
            transition = self._first_transition(leaf, event_type, event_version)
            self.transitions[leaf, event_type, event_version] = transition
        return transition

    def event_spec(self, event_type: str) -> EventSpec | None:
        """The declared event with this current or former name, or None."""
        events = self.definition.events or {}
        return events.get(event_type) or events.get(self._event_names.get(event_type, ""))

    def _first_transition(self, leaf: str, event_type: str, event_version: int | None) -> EventTransition:
        if event_type == REFUSED:
            return EventTransition(leaf)
        name = self._event_names.get(event_type, event_type)
        firing = _Firing(leaf)
        trigger = self._events.events.get(name)
        if trigger is None or leaf not in self.rows or not self._events.get_transitions(name, leaf):
            raise UnknownMove(
                f'machine "{self.name}" version {self.version} has no transition for event "{event_type}" '
                f'in state "{leaf}"'
            )
        spec = (self.definition.events or {}).get(name) or _UNDECLARED
        version = spec.version if event_version is None else event_version
        if not 1 <= version <= spec.version:
            raise UnknownMove(
                f'machine "{self.name}" version {self.version} knows event "{event_type}" up to version '
                f"{spec.version}, but this one has version {version}"
            )
        trigger.trigger(firing)
        return EventTransition(getattr(firing, _LEAF), firing.entered, _fold_of(spec, version), version)


def compile_machine(definition: Definition) -> Machine:
    """Compile a definition. Raises DefinitionError if it violates the replay rule."""
    table, findings = flatten(definition)
    if findings:
        raise DefinitionError(findings)
    return Machine(definition, table)


def _fold_of(event: EventSpec, event_version: int) -> FoldFunction | None:
    """The fold of an event stored as `event_version`. Older ones are upcast even if nothing is set."""
    fold = _setting(event)
    if event_version < event.version:
        return _upcasting(event, event_version, fold)
    if fold is None or not event.payload.needs_upgrade(event.fields_renamed):
        return fold
    return lambda data, payload, budget: fold(
        data, event.payload.upgrade(payload, event.fields_renamed), budget
    )


def _upcasting(event: EventSpec, event_version: int, fold: FoldFunction | None) -> FoldFunction:
    def fold_older(data: dict[str, Any], payload: Mapping[str, Any], budget: Budget | None) -> None:
        current = upcast(event, payload, event_version=event_version)
        if fold is not None:
            fold(data, current, budget)

    return fold_older


def _setting(event: EventSpec) -> FoldFunction | None:
    """The fold of `set`. Expressions see the data before the event and the payload in its current form."""
    values = event.set
    setters = [(name, value.function) for name, value in values.items()]
    if not setters:
        return None
    (first, function), *more = setters
    if any(("data",) in value.references for value in values.values()):
        return _setting_from_copy(values)

    def set_one(data: dict[str, Any], payload: Mapping[str, Any], budget: Budget | None) -> None:
        try:
            data[first] = function(data, payload, budget)
        except EvaluationError as error:
            raise not_computed(values, data, payload) or error from error

    def set_all(data: dict[str, Any], payload: Mapping[str, Any], budget: Budget | None) -> None:
        try:
            data.update([(name, value(data, payload, budget)) for name, value in setters])
        except EvaluationError as error:
            raise not_computed(values, data, payload) or error from error

    return set_all if more else set_one


def _setting_from_copy(values: Mapping[str, Expression]) -> FoldFunction:
    """Like `_setting`, for expressions that read all of `data`: a copy, so data never contains itself."""

    def set_all(data: dict[str, Any], payload: Mapping[str, Any], budget: Budget | None) -> None:
        before = dict(data)
        try:
            data.update([(name, value.function(before, payload, budget)) for name, value in values.items()])
        except EvaluationError as error:
            raise not_computed(values, before, payload) or error from error

    return set_all


class _Firing:
    """The object that a single trigger moves, and the records of that transition."""

    __slots__ = (_LEAF, "chosen", "entered", "holds")

    def __init__(self, leaf: str, holds: Callable[[Branch], bool] | None = None) -> None:
        setattr(self, _LEAF, leaf)
        self.holds = holds
        self.chosen: Branch | None = None
        self.entered: str | None = None


def _command_machine(definition: Definition, table: TransitionTable, initial: str) -> Any:
    machine = _machine(table, initial)
    for leaf, accepts in table.rows.items():
        for command, branches in accepts.items():
            for branch in branches:
                target = None if branch.target is None else destination(definition, leaf, branch.target).leaf
                machine.add_transition(
                    command, leaf, target, conditions=_condition(branch), before=_recording("chosen", branch)
                )
    return machine


def _event_machine(table: TransitionTable, initial: str) -> Any:
    machine = _machine(table, initial)
    for (leaf, event), move in table.moves.items():
        machine.add_transition(event, leaf, move.leaf, before=_recording("entered", move.entered))
    return machine


def _machine(table: TransitionTable, initial: str) -> Any:
    return transitions.Machine(
        model=None,
        states=list(table.rows),
        initial=initial,
        auto_transitions=False,
        send_event=True,
        model_attribute=_LEAF,
    )


def _condition(branch: Branch) -> Callable[[Any], bool]:
    return lambda event_data: event_data.model.holds(branch)


def _recording(name: str, value: object) -> Callable[[Any], None]:
    return lambda event_data: setattr(event_data.model, name, value)
