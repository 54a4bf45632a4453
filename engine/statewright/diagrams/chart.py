"""The content of a picture in no particular format: states as boxes, and branches as steps, with their marks.

A chart follows the definition as written: a command that a composite accepts appears once, not per child.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from statewright.diagrams.marks import Mark
from statewright.language.model import Accepts, Branch, CommandSpec, Definition, EventSpec, Timeout
from statewright.language.schema.payloads import Payload
from statewright.language.source.document import DocumentPath

ANY_STATE: Final = (
    "any state"  # the source of steps in the machine's own `accepts`; no state can have this name
)
ELSE: Final = "else"


@dataclass(frozen=True, slots=True)
class Box:
    """A state by its absolute name. Boxes are equal if they look the same."""

    name: str
    parent: str | None
    initial: str | None
    final: bool
    timeout: Timeout | None
    path: DocumentPath = field(compare=False)
    mark: Mark | None = field(default=None, compare=False)

    @property
    def own_name(self) -> str:
        return self.name.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class ChartStep:
    """A branch: the effect of a command in the state where it is declared.

    `roles`: the actor must have one of them. `condition`: the guard in one line, ELSE after others, or "".
    `target`: an absolute name, or None for a branch that stays in its state.
    """

    state: str
    command: str
    roles: tuple[str, ...]
    condition: str
    events: tuple[str, ...]
    refusal: str | None
    message: str | None
    target: str | None
    path: DocumentPath = field(compare=False)
    description: str | None = field(default=None, compare=False)
    mark: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Chart:
    """A machine to draw. `boxes`: parents before children. `legend`: the meaning of the marks, or ""."""

    machine: str
    version: int
    initial: str
    boxes: Mapping[str, Box]
    steps: tuple[ChartStep, ...]
    legend: str = ""

    @property
    def title(self) -> str:
        title = f"{self.machine}, version {self.version}"
        return f"{title} ({self.legend})" if self.legend else title

    def lineage(self, name: str) -> Iterator[str]:
        """`name`, then its parents up to the top level; empty for ANY_STATE."""
        box = self.boxes.get(name)
        while box is not None:
            yield box.name
            box = self.boxes.get(box.parent or "")

    def leaf_of(self, name: str) -> str:
        """The leaf that is entered when the state `name` is entered."""
        while (first := self.boxes[name].initial) is not None:
            name = first
        return name

    def children(self, name: str | None) -> tuple[Box, ...]:
        return tuple(box for box in self.boxes.values() if box.parent == name)


def chart_of(definition: Definition) -> Chart:
    """The chart of a definition, without marks."""
    boxes = {
        state.name: Box(state.name, state.parent, state.initial, state.final, state.timeout, state.path)
        for state in definition.states.values()
    }
    levels = [
        (ANY_STATE, definition.accepts),
        *((state.name, state.accepts) for state in definition.states.values()),
    ]
    steps = tuple(step for name, accepts in levels for step in _steps(definition, name, accepts))
    return Chart(definition.machine, definition.version, definition.initial, boxes, steps)


def shown_commands(definition: Definition) -> Mapping[str, CommandSpec]:
    """The declared commands, or else the commands in use, whose payload may be any object."""
    if definition.commands is not None:
        return definition.commands
    return {step.command: CommandSpec(step.command, Payload.open()) for step in chart_of(definition).steps}


def shown_events(definition: Definition) -> Mapping[str, EventSpec]:
    """The declared events, or else the events in use, whose payload may be any object."""
    if definition.events is not None:
        return definition.events
    used = (event for step in chart_of(definition).steps for event in step.events)
    return {name: EventSpec(name, Payload.open()) for name in used}


def _steps(definition: Definition, state: str, accepts: Accepts) -> Iterator[ChartStep]:
    for command, branches in accepts.items():
        spec = (definition.commands or {}).get(command)
        for place, branch in enumerate(branches):
            yield ChartStep(
                state=state,
                command=command,
                roles=branch.roles or (spec.roles if spec else ()),
                condition=_condition(branch, first=place == 0),
                events=tuple(emission.event for emission in branch.emits),
                refusal=branch.reject,
                message=branch.message,
                target=branch.target,
                path=branch.path,
                description=branch.notes.description,
            )


def _condition(branch: Branch, *, first: bool) -> str:
    if branch.guard is not None:
        return branch.guard.canonical
    return "" if first else ELSE
