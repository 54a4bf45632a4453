"""What the rules look at: one definition with its tables, and the walks through it that they share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from statewright.language.cel import Expression
from statewright.language.model import Accepts, Branch, Definition, Emission
from statewright.language.schema.payloads import Field
from statewright.language.source.document import Path
from statewright.machine.flatten import TransitionTable


@dataclass(frozen=True, slots=True)
class Decision:
    """`branches` decide about `command` in each of `leaves`."""

    command: str
    branches: tuple[Branch, ...]
    leaves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LintContext:
    """`table` knows only states that can be reached."""

    definition: Definition
    table: TransitionTable

    def accepts(self) -> Iterator[tuple[Path, Accepts]]:
        """Each `accepts` with its place, as written: the machine's, then the states'."""
        yield ("accepts",), self.definition.accepts
        for state in self.definition.states.values():
            yield (*state.path, "accepts"), state.accepts

    def branches(self) -> Iterator[tuple[str, Branch]]:
        """Each command with each of its branches, wherever they are written."""
        for _, accepts in self.accepts():
            for command, branches in accepts.items():
                for branch in branches:
                    yield command, branch

    def branches_by_command(self) -> dict[str, list[Branch]]:
        """All branches of each command that is listed anywhere."""
        listed: dict[str, list[Branch]] = {}
        for command, branch in self.branches():
            listed.setdefault(command, []).append(branch)
        return listed

    def emissions(self) -> dict[str, list[Emission]]:
        """All emissions of each event that some branch emits."""
        emitted: dict[str, list[Emission]] = {}
        for _, branch in self.branches():
            for emission in branch.emits:
                emitted.setdefault(emission.event, []).append(emission)
        return emitted

    def decisions(self) -> list[Decision]:
        """Each list of branches that decides about a command in some reachable leaf."""
        leaves: dict[int, list[str]] = {}
        lists: dict[int, tuple[str, tuple[Branch, ...]]] = {}
        for leaf, accepts in self.table.rows.items():
            for command, branches in accepts.items():
                leaves.setdefault(id(branches), []).append(leaf)
                lists[id(branches)] = (command, branches)
        return [Decision(command, branches, tuple(leaves[key])) for key, (command, branches) in lists.items()]

    def fields(self) -> Iterator[tuple[Path, Field]]:
        """Each declared field with its place: of the data, the commands, the events."""
        for name, field in self.definition.data.items():
            yield ("data", name), field
        yield from self.command_fields()
        yield from self.event_fields()

    def command_fields(self) -> Iterator[tuple[Path, Field]]:
        for command in (self.definition.commands or {}).values():
            for name, field in command.payload.fields.items():
                yield ("commands", command.name, "payload", name), field

    def event_fields(self) -> Iterator[tuple[Path, Field]]:
        for event in (self.definition.events or {}).values():
            for name, field in event.payload.fields.items():
                yield ("events", event.name, "payload", name), field


def expressions(branch: Branch) -> Iterator[Expression]:
    """The guard, and everything under `with`."""
    if branch.guard is not None:
        yield branch.guard
    for emission in branch.emits:
        yield from emission.overrides.values()


def reads(expression: Expression, root: str, field: str) -> bool:
    """Whether the expression looks at a field of `data`, `command` or `event`; a use of all of it counts."""
    return any(chain[0] == root and chain[1:2] in ((), (field,)) for chain in expression.references)


def named(names: list[str]) -> str:
    """
    >>> named(["a", "b"])
    '"a", "b"'
    """
    return ", ".join(f'"{name}"' for name in names)
