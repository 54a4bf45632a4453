"""The flow of values in a machine, from command fields through events into data.

A value flows to the field that a `set` or `with` expression sets from every field that it reads. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache

from statewright.language.cel import Expression
from statewright.language.model import Branch
from statewright.language.schema.payloads import Field
from statewright.machine.compiled import Machine

Place = tuple[str, str, str]  # ("command" | "event", its name, the field), or ("data", "", the field)


class DataFlow:
    """The data flow of one machine."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    @cached_property
    def commands_by_event_field(self) -> dict[tuple[str, str], list[Field]]:
        """For each event field, the declared command fields that are copied into it unchanged."""
        found: dict[tuple[str, str], list[Field]] = defaultdict(list)
        declared = self._machine.definition.commands or {}
        for command, branch in self.branches:
            fields = declared[command].payload.fields if command in declared else {}
            for emission in branch.emits:
                sources = {name: name for name in emission.copied or ()}
                for name, value in emission.overrides.items():
                    sources[name] = value.canonical.removeprefix("command.")
                for name, source in sources.items():
                    if source in fields and fields[source] not in found[emission.event, name]:
                        found[emission.event, name].append(fields[source])
        return found

    @cached_property
    def relevant_data(self) -> frozenset[str] | None:
        """The data fields that expressions read; None if an expression reads `data` as a whole."""
        chains = {chain for _, expression in self._read for chain in expression.references}
        if ("data",) in chains:
            return None
        return frozenset(chain[1] for chain in chains if chain[0] == "data")

    def expressions_met(self, command: str, field: str) -> tuple[Expression, ...]:
        """The expressions that read the field or a value derived from it, nearest first."""
        reached: dict[Place, None] = {("command", command, field): None}
        met: dict[int, Expression] = {}
        waiting = list(reached)
        while waiting:
            place = waiting.pop(0)
            for expression in self._readers[place]:
                met.setdefault(id(expression), expression)
            for following in self._ways[place]:
                if following not in reached:
                    reached[following] = None
                    waiting.append(following)
        return tuple(met.values())

    @cached_property
    def branches(self) -> list[tuple[str, Branch]]:
        """All branches with their commands, without repeating inherited lists."""
        lists = {
            id(branches): (command, branches)
            for accepts in self._machine.rows.values()
            for command, branches in accepts.items()
        }
        return [(command, branch) for command, branches in lists.values() for branch in branches]

    @cached_property
    def _read(self) -> list[tuple[str, Expression]]:
        """All expressions except upcasts, each with the command or event whose fields it can read."""
        definition = self._machine.definition
        found = [
            (command, expression) for command, branch in self.branches for expression in branch.expressions
        ]
        for event in (definition.events or {}).values():
            found += [(event.name, expression) for expression in event.set.values()]
        return [*found, *(("", invariant.check) for invariant in definition.invariants)]

    @cached_property
    def _readers(self) -> dict[Place, list[Expression]]:
        readers: dict[Place, list[Expression]] = defaultdict(list)
        for owner, expression in self._read:
            for place in _places(expression, owner):
                readers[place].append(expression)
        return readers

    @cached_property
    def _ways(self) -> dict[Place, list[Place]]:
        ways: dict[Place, list[Place]] = defaultdict(list)
        for source, target in self._steps():
            ways[source].append(target)
        return ways

    def _steps(self) -> Iterator[tuple[Place, Place]]:
        for command, branch in self.branches:
            for emission in branch.emits:
                for name in emission.copied or ():
                    yield ("command", command, name), ("event", emission.event, name)
                for name, value in emission.overrides.items():
                    for place in _places(value, command):
                        yield place, ("event", emission.event, name)
        for event in (self._machine.definition.events or {}).values():
            for name, value in event.set.items():
                for place in _places(value, event.name):
                    yield place, ("data", "", name)


@lru_cache(maxsize=8)
def flow_of(machine: Machine) -> DataFlow:
    """The data flow of a machine, cached."""
    return DataFlow(machine)


def _places(expression: Expression, owner: str) -> Iterable[Place]:
    """The places that the expression reads. `owner`: its command or event."""
    for chain in sorted(expression.references):
        if len(chain) > 1 and chain[0] in ("command", "event", "data"):
            yield chain[0], "" if chain[0] == "data" else owner, chain[1]
