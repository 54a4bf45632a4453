"""The input of the rules: one definition with its transition table, and shared ways to iterate over it."""

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
    """The definition that rules check.

    `table`: the states that can be reached. `damage`: the parts that errors make unreliable.
    """

    definition: Definition
    table: TransitionTable
    damage: Damage

    def accepts(self) -> Iterator[tuple[DocumentPath, Accepts]]:
        """Each `accepts` section as written, with its path: the machine's, then those of the states."""
        yield ("accepts",), self.definition.accepts
        for state in self.definition.states.values():
            yield (*state.path, "accepts"), state.accepts

    def branches(self) -> Iterator[tuple[str, Branch]]:
        """Each branch with its command, as written."""
        for _, accepts in self.accepts():
            for command, branches in accepts.items():
                for branch in branches:
                    yield command, branch

    def branches_by_command(self) -> dict[str, list[Branch]]:
        """All branches by command."""
        listed: dict[str, list[Branch]] = {}
        for command, branch in self.branches():
            listed.setdefault(command, []).append(branch)
        return listed

    def emissions(self) -> dict[str, list[Emission]]:
        """All emissions by event."""
        emitted: dict[str, list[Emission]] = {}
        for _, branch in self.branches():
            for emission in branch.emits:
                emitted.setdefault(emission.event, []).append(emission)
        return emitted

    def decisions(self) -> Iterator[tuple[tuple[Branch, ...], Situation]]:
        """Each list of branches with its situation, without lists whose guards errors make unreliable."""
        for branches, situation in situations(self.definition, self.table):
            guards = [branch.guard for branch in branches if branch.guard is not None]
            if any(self.damage.touches(branch.path) for branch in branches):
                continue
            if not any(unknown_states(guard, self.definition.leaves) for guard in guards):
                yield branches, situation

    def expressions(self) -> Iterator[tuple[DocumentPath, Expression]]:
        """Each expression with its path: guards and `with`, then setters, then invariants."""
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
        """The path of a field under `with`, either of the emission with this number or of the branch."""
        listed = (*branch.path, "emit", number, "with", name)
        return listed if self.definition.document.at(listed) is not None else (*branch.path, "with", name)

    def ends(self) -> list[str]:
        """The leaves that never store an event and are not declared final."""
        alive = {leaf for leaf, _ in self.table.moves}
        states = self.definition.states
        return [leaf for leaf in self.table.rows if not states[leaf].final and leaf not in alive]

    def fields(self) -> Iterator[tuple[DocumentPath, Field]]:
        """Each declared field with its path: data, then commands, then events."""
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
    """Whether the expression reads the field of `root`, or `root` as a whole (data, command or event)."""
    return any(chain[0] == root and chain[1:2] in ((), (field,)) for chain in expression.references)


def named(names: list[str]) -> str:
    """Quote the names and join them with commas.

    >>> named(["a", "b"])
    '"a", "b"'
    """
    return ", ".join(f'"{name}"' for name in names)
