"""The compiled form of a definition: frozen, with every name resolved and every expression compiled.

Paths point back into the author's document so that later checks can report positions. Paths and the document
are ignored by equality.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from statewright.language.cel import Expression
from statewright.language.schema.payloads import Field, Payload
from statewright.language.source.document import Document, DocumentPath

# Refusal codes of the engine. `reject` must not use them.
ENGINE_CODES = frozenset(
    {
        "ID_REUSED",
        "VERSION_MISMATCH",
        "FINAL_STATE",
        "NOT_ACCEPTED",
        "NOT_AUTHORIZED",
        "GUARD_FAILED",
        "EXPRESSION_ERROR",
        "INVARIANT_VIOLATED",
    }
)
# Other outcomes in logs, dead letters and streams, in upper case.
OUTCOME_WORDS = frozenset(
    {
        "ACCEPTED",
        "DUPLICATE",
        "INVALID",
        "TRANSIENT",
        "OUT_OF_TIME",
        "MISCONFIGURED",
        "HANDED_BACK",
        "QUARANTINED",
        "MISSHAPEN",
        "BUG",
    }
)


@dataclass(frozen=True, slots=True)
class Notes:
    """An author's documentation of an element. It does not affect behaviour."""

    description: str | None = None
    tags: tuple[str, ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Emission:
    """One event that a branch emits, and the sources of its fields.

    `copied`: declared fields copied from the command by name, or None for the command's whole payload.
    `overrides`: the expressions of `with` by field.
    """

    event: str
    copied: tuple[str, ...] | None
    overrides: Mapping[str, Expression]


@dataclass(frozen=True, slots=True)
class Branch:
    """One possible outcome of a command: a refusal if `reject` is set, otherwise events and a target.

    `target`: absolute name of a state, composite or leaf; None keeps the current state.
    `emits`: in order; empty for a refusal and for `emit: []`.
    """

    path: DocumentPath = field(compare=False)
    guard: Expression | None = None
    roles: tuple[str, ...] = ()
    emits: tuple[Emission, ...] = ()
    target: str | None = None
    reject: str | None = None
    message: str | None = None
    on_refusal: str | None = None
    notes: Notes = Notes()

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """The guard and all expressions under `with`."""
        guards = () if self.guard is None else (self.guard,)
        return (*guards, *(value for emission in self.emits for value in emission.overrides.values()))

    @property
    def list_path(self) -> DocumentPath:
        """The path of the list that contains the branch, or of the branch itself if it is not in a list."""
        return self.path[:-1] if isinstance(self.path[-1], int) else self.path


Accepts = Mapping[str, tuple[Branch, ...]]  # command -> its branches, in order


@dataclass(frozen=True, slots=True)
class Timeout:
    """A command that a timer sends.

    `command` becomes due `after_seconds` after the stored time of the event that entered the state.
    """

    after_seconds: int
    command: str
    path: DocumentPath = field(compare=False)


@dataclass(frozen=True, slots=True)
class State:
    """A state by its absolute, dotted name. `initial` is the absolute name of a composite's initial child."""

    name: str
    path: DocumentPath = field(compare=False)
    parent: str | None = None
    initial: str | None = None
    final: bool = False
    composite: bool = False
    accepts: Accepts = field(default_factory=dict)
    timeout: Timeout | None = None
    renamed_from: tuple[str, ...] = ()
    notes: Notes = Notes()


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """A declared command. An actor needs one of `roles`; with no roles anyone may send it."""

    name: str
    payload: Payload
    roles: tuple[str, ...] = ()
    fields_renamed: Mapping[str, str] = field(default_factory=dict)  # old field name -> current name
    notes: Notes = Notes()


@dataclass(frozen=True, slots=True)
class Retired:
    """A move that no branch makes any longer but that stored events still need."""

    source: str
    target: str | None
    path: DocumentPath = field(compare=False)


Upcast = Mapping[str, Expression]  # field -> its value in the next version, from the event in this one


@dataclass(frozen=True, slots=True)
class EventSpec:
    """A declared event. All expressions of `set` see the data from before the event.

    `upcasts`: one per older version, each to the next version, oldest first; fields not named are copied.
    """

    name: str
    payload: Payload
    set: Mapping[str, Expression] = field(default_factory=dict)
    upcasts: tuple[Upcast, ...] = ()
    retired: tuple[Retired, ...] = ()
    renamed_from: tuple[str, ...] = ()
    fields_renamed: Mapping[str, str] = field(default_factory=dict)  # old field name -> current name
    notes: Notes = Notes()

    @property
    def version(self) -> int:
        """The current version of the payload."""
        return len(self.upcasts) + 1


@dataclass(frozen=True, slots=True)
class Invariant:
    """A condition that must hold after every command."""

    check: Expression
    message: str
    path: DocumentPath = field(compare=False)


@dataclass(frozen=True)
class Definition:
    """One machine. `states` are in document order, parents before children.

    `commands` and `events` are None if the section is missing; any name is then valid.
    """

    machine: str
    version: int
    initial: str
    data: Mapping[str, Field]
    states: Mapping[str, State]
    commands: Mapping[str, CommandSpec] | None = None
    events: Mapping[str, EventSpec] | None = None
    accepts: Accepts = field(default_factory=dict)
    invariants: tuple[Invariant, ...] = ()
    notes: Notes = Notes()
    document: Document = field(kw_only=True, compare=False, repr=False)

    def leaf_of(self, name: str) -> str:
        """The leaf that is entered when the state `name` is entered."""
        while (first := self.states[name].initial) is not None:
            name = first
        return name

    def lineage(self, name: str) -> Iterator[str]:
        """Yield `name`, its parent and so on up to the top level."""
        current: str | None = name
        while current is not None:
            yield current
            current = self.states[current].parent

    def accepts_of(self, leaf: str) -> Accepts:
        """The branches of each command that a leaf accepts, its own and inherited ones.

        A state's list for a command replaces an ancestor's whole list. A final state inherits nothing.
        """
        if self.states[leaf].final:
            return {}
        accepted: dict[str, tuple[Branch, ...]] = {}
        for level in [*(self.states[name].accepts for name in self.lineage(leaf)), self.accepts]:
            for command, branches in level.items():
                accepted.setdefault(command, branches)
        return accepted

    def timeouts_of(self, leaf: str) -> dict[str, Timeout]:
        """The timeouts that run while an aggregate is in `leaf`, by the state that declares them."""
        lineage = ((name, self.states[name].timeout) for name in self.lineage(leaf))
        return {name: timeout for name, timeout in lineage if timeout is not None}

    @property
    def leaves(self) -> tuple[str, ...]:
        """All states without children, in document order."""
        return tuple(name for name, state in self.states.items() if not state.composite)
