"""What the rules look at: one definition with its tables, and the walks through it that they share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from statewright.analysis.compared import unknown_states
from statewright.analysis.guard_cases import Situation, situations
from statewright.language.cel import Expression
from statewright.language.model import Accepts, Branch, Definition, Emission
from statewright.language.schema.payloads import Field
from statewright.language.source.document import DocumentPath
from statewright.lint.damage import Damage
from statewright.machine.flatten import TransitionTable


@dataclass(frozen=True, slots=True)
class LintContext:
    """`table` knows only states that can be reached; `damage`: what errors have spoilt."""

    definition: Definition
    table: TransitionTable
    damage: Damage

    def accepts(self) -> Iterator[tuple[DocumentPath, Accepts]]:
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

    def decisions(self) -> Iterator[tuple[tuple[Branch, ...], Situation]]:
        """Each list of branches, and where it decides, whose guards may be judged by their values."""
        for branches, situation in situations(self.definition, self.table):
            guards = [branch.guard for branch in branches if branch.guard is not None]
            if any(self.damage.touches(branch.path) for branch in branches):
                continue
            if not any(unknown_states(guard, self.definition.leaves) for guard in guards):
                yield branches, situation

    def expressions(self) -> Iterator[tuple[DocumentPath, Expression]]:
        """Each expression with its place, in the order of guards, `with`, setters and invariants."""
        for _, branch in self.branches():
            if branch.guard is not None:
                yield (*branch.path, "guard"), branch.guard
            for number, emission in enumerate(branch.emits):
                for name, value in emission.overrides.items():
                    yield self.override_path(branch, number, name), value
        for event in (self.definition.events or {}).values():
            for name, setter in event.set.items():
                yield ("events", event.name, "set", name), setter
        for invariant in self.definition.invariants:
            yield (*invariant.path, "check"), invariant.check

    def override_path(self, branch: Branch, number: int, name: str) -> DocumentPath:
        """The field under the `with` of the emission with this number, which may be that of the branch."""
        listed = (*branch.path, "emit", number, "with", name)
        return listed if self.definition.document.at(listed) is not None else (*branch.path, "with", name)

    def ends(self) -> list[str]:
        """The leaves in which nothing is ever stored, without those that are declared final."""
        alive = {leaf for leaf, _ in self.table.moves}
        states = self.definition.states
        return [leaf for leaf in self.table.rows if not states[leaf].final and leaf not in alive]

    def fields(self) -> Iterator[tuple[DocumentPath, Field]]:
        """Each declared field with its place: of the data, the commands, the events."""
        for name, field in self.definition.data.items():
            yield ("data", name), field
        yield from self.command_fields()
        yield from self.event_fields()

    def command_fields(self) -> Iterator[tuple[DocumentPath, Field]]:
        for command in (self.definition.commands or {}).values():
            for name, field in command.payload.fields.items():
                yield ("commands", command.name, "payload", name), field

    def event_fields(self) -> Iterator[tuple[DocumentPath, Field]]:
        for event in (self.definition.events or {}).values():
            for name, field in event.payload.fields.items():
                yield ("events", event.name, "payload", name), field


def reads(expression: Expression, root: str, field: str) -> bool:
    """Whether the expression looks at a field of `data`, `command` or `event`; a use of all of it counts."""
    return any(chain[0] == root and chain[1:2] in ((), (field,)) for chain in expression.references)


def named(names: list[str]) -> str:
    """
    >>> named(["a", "b"])
    '"a", "b"'
    """
    return ", ".join(f'"{name}"' for name in names)
