"""Enumerates the cases that guards can distinguish, as values to evaluate them with.

A guard that compares single values with constants can only change its result at these constants. One value at
each constant and one on each side of it therefore represent all values that a schema allows. Other parts of
guards count as unknown (`truth`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, product

from statewright.analysis.schemas import Schema, conforms, has_size, may_be_null
from statewright.analysis.truth import Guard, GuardComparison, Unlisted, Values, Variable, understood
from statewright.analysis.values import boundary_sizes, boundary_values
from statewright.language.cel.parser import parse
from statewright.language.cel.syntax import Literal
from statewright.language.model import Branch, Definition
from statewright.language.schema.payloads import Field
from statewright.machine.flatten import TransitionTable

CASES_MAX = 2_000
COMPARISONS_MAX = 1_000_000  # of one rule in one file: half a second
_CONSTANTS_MAX = 200
_TEXT: Schema = {"type": "string"}


@dataclass(slots=True)
class Budget:
    """The number of comparisons that a rule can still make for one file."""

    left: int = COMPARISONS_MAX

    @property
    def is_spent(self) -> bool:
        return self.left < 0

    def affords(self, comparisons: int) -> bool:
        self.left -= comparisons
        return not self.is_spent


@dataclass(frozen=True, slots=True)
class Situation:
    """The context in which guards are evaluated: `command` arrives in one of the `leaves`.

    `command`: None for invariants.
    """

    definition: Definition
    leaves: tuple[str, ...]
    command: str | None = None
    budget: Budget = field(default_factory=Budget)

    def cases(self, guards: Sequence[Guard]) -> Iterator[Values]:
        """All cases that the guards can distinguish and that no invariant excludes.

        Yields nothing if there are too many cases, so no conclusion about the guards is possible. Variables
        without a schema have no value. Cases that differ only in the data are adjacent.
        """
        if self.budget.is_spent:
            return
        invariants = self._invariants_about(guards) if self.command is not None else []
        asked = [*guards, *invariants]
        comparisons = [comparison for guard in asked for comparison in guard.comparisons]
        choices = self._choices(comparisons)
        count = math.prod(map(len, choices.values()))
        if count > CASES_MAX or not self.budget.affords((1 + count) * (len(asked) + len(comparisons))):
            return
        for combination in product(*choices.values()):
            case = dict(zip(choices, combination, strict=True))
            if all(invariant.truth(case) is not False for invariant in invariants):
                yield case

    def can_be_sent(self, case: Values) -> bool:
        """Whether a sender can certainly choose the values of the command; ignores data."""
        paths = [variable.path for variable in case if not variable.is_data]
        if len(set(paths)) < len(paths):
            return False  # a value and its size may contradict each other
        return all(variable.is_data or self._can_be_sent(variable, value) for variable, value in case.items())

    def may_be_stored(self, case: Values, guards: Sequence[Guard]) -> bool:
        """Whether the data can plausibly have these values.

        A value is plausible if events set it, if the schema lists it, or if it is between two values that the
        file names. All invariants about the data must certainly be true.
        """
        data = {variable: value for variable, value in case.items() if variable.is_data}
        if not all(self._may_be_stored(variable, value, guards) for variable, value in data.items()):
            return False
        return all(invariant.truth(case) is True for invariant in self._invariants_about(guards))

    def _invariants_about(self, guards: Iterable[Guard]) -> list[Guard]:
        variables = {comparison.variable for guard in guards for comparison in guard.comparisons}
        looked_at = {variable.path[:2] for variable in variables if variable.is_data}
        if not looked_at or not self.budget.affords(len(self.definition.invariants)):
            return []
        return [
            understood(invariant.check.source)
            for invariant in self.definition.invariants
            if any(path[:2] in looked_at for path in invariant.check.references)
        ]

    def _choices(self, comparisons: Iterable[GuardComparison]) -> dict[Variable, list[object]]:
        """The values to try for each variable, with data variables last."""
        constants: dict[Variable, list[object]] = {}
        for comparison in comparisons:
            constants.setdefault(comparison.variable, []).extend(comparison.constants)
        ordered = sorted(constants, key=lambda variable: variable.is_data)
        values = {variable: self._values(variable, constants[variable]) for variable in ordered}
        return {variable: known for variable, known in values.items() if known is not None}

    def _values(self, variable: Variable, constants: Sequence[object]) -> list[object] | None:
        """At least one value for each result of the comparisons with the constants; None if unknown."""
        described = self._described(variable)
        if described is None or len(constants) > _CONSTANTS_MAX:
            return None
        schema, may_be_absent = described
        if variable.sized:
            sizes = boundary_sizes(schema, constants)
            return [*sizes, *_absent(may_be_absent or may_be_null(schema))]
        values = boundary_values(schema, constants)
        return None if values is None else [*values, *_absent(may_be_absent)]

    def _described(self, variable: Variable) -> tuple[Schema, bool] | None:
        """The schema of the variable, and whether it can be absent; None if undeclared."""
        match variable.path:
            case ("state",):
                return {"type": "string", "enum": list(self.leaves)}, False
            case ("actor", "id"):
                return _TEXT, False
            case (root, name, *rest):
                declared = self._field(root, name)
                return None if declared is None else _within(declared, rest)
        return None

    def _field(self, root: str, name: str) -> Field | None:
        if root == "data":
            return self.definition.data.get(name)
        command = (self.definition.commands or {}).get(self.command or "") if root == "command" else None
        return None if command is None else command.payload.fields.get(name)

    def _can_be_sent(self, variable: Variable, value: object) -> bool:
        if variable.path[0] in ("state", "actor"):
            return True
        if len(variable.path) != 2 or value is Unlisted.OTHER:
            return False
        declared = self._field(*variable.path)
        if declared is None:
            return False
        if value is Unlisted.ABSENT:
            return declared.optional and not declared.has_default
        if variable.sized:
            return isinstance(value, int) and has_size(declared.schema, value)
        return conforms(declared.schema, value)

    def _may_be_stored(self, variable: Variable, value: object, guards: Sequence[Guard]) -> bool:
        if len(variable.path) != 2 or variable.sized or isinstance(value, Unlisted):
            return False
        declared = self.definition.data[variable.path[1]]
        return conforms(declared.schema, value) and _is_likely(
            value, declared, self._set_to(declared), _constants(variable, guards)
        )

    def _set_to(self, declared: Field) -> list[object] | None:
        """The default and the values that events set; None if an event computes the value."""
        setters = [event.set.get(declared.name) for event in (self.definition.events or {}).values()]
        trees = [parse(setter.canonical) for setter in setters if setter is not None]
        literals = [tree.value for tree in trees if isinstance(tree, Literal)]
        return [declared.default, *literals] if len(literals) == len(trees) else None


def situations(
    definition: Definition, table: TransitionTable
) -> Iterator[tuple[tuple[Branch, ...], Situation]]:
    """Each list of branches with its situation; all situations share one budget."""
    leaves: dict[int, list[str]] = {}
    lists: dict[int, tuple[str, tuple[Branch, ...]]] = {}
    for leaf, accepts in table.rows.items():
        for command, branches in accepts.items():
            leaves.setdefault(id(branches), []).append(leaf)
            lists[id(branches)] = (command, branches)
    budget = Budget()
    for key, (command, branches) in lists.items():
        yield branches, Situation(definition, tuple(leaves[key]), command, budget)


def guard_of(branch: Branch) -> Guard:
    """The guard of a branch; without one it is always true."""
    return understood("true" if branch.guard is None else branch.guard.source)


def _within(declared: Field, names: Sequence[str]) -> tuple[Schema, bool] | None:
    schema, may_be_absent = declared.schema, declared.optional and not declared.has_default
    for name in names:
        if name not in schema.get("properties", {}):
            return None
        may_be_absent |= name not in schema.get("required", ()) or may_be_null(schema)
        schema = schema["properties"][name]
    return schema, may_be_absent


def _constants(variable: Variable, guards: Iterable[Guard]) -> Iterator[object]:
    comparisons = chain.from_iterable(guard.comparisons for guard in guards)
    return chain.from_iterable(found.constants for found in comparisons if found.variable == variable)


def _is_likely(
    value: object, declared: Field, set_to: Sequence[object] | None, compared_with: Iterable[object]
) -> bool:
    """Whether events set it, the schema lists it, or it is between values that the file names."""
    if set_to is not None:
        return value in set_to
    if isinstance(value, bool) or "enum" in declared.schema:
        return True
    named = [declared.default, *compared_with]
    if value is None or isinstance(value, str):
        return value in named
    numbers = [number for number in named if isinstance(number, int | float)]
    is_between = isinstance(value, int | float) and numbers and min(numbers) <= value <= max(numbers)
    return bool(is_between)


def _absent(possible: bool) -> list[object]:
    return [Unlisted.ABSENT] if possible else []
