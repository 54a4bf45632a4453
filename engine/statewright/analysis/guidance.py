"""Ranks states by how much they help a search to find new behaviour.

A new leaf ranks first, then a new outcome of a condition, then a shorter distance to an outcome, then data of
a new kind. Deterministic.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from statewright.analysis.conditions import Condition, Distances, conditions
from statewright.analysis.dataflow import DataFlow, flow_of
from statewright.analysis.schemas import integer_bounds, listed_values
from statewright.errors import EvaluationError
from statewright.language.cel import Expression, evaluate
from statewright.language.cel.parser import parse
from statewright.language.cel.printer import canonical
from statewright.language.cel.syntax import Binary, Literal, path
from statewright.machine.compiled import Machine
from statewright.machine.messages import AggregateState

LIST_SIZES = 4  # lists of this size and longer count as one kind
TARGETS_MAX = 64  # of one machine
STEPS_BACK_MAX = 12  # for example the digits of a number, one event each
_NAMES = ("data", "state")


class Rank(IntEnum):
    """How promising a state is, best first."""

    NEW_LEAF = 0
    NEW_OUTCOME = 1
    NEARER = 2
    NEW_KIND = 3
    SIMILAR = 4


@dataclass(frozen=True, slots=True)
class Standing:
    """The rank and the kind of a state.

    `nearer`: pairs of a condition's number and an outcome, to which no earlier state came as close.
    """

    rank: Rank
    kind: Hashable
    nearer: tuple[tuple[int, bool], ...] = ()


class Guidance:
    """Remembers the states that a search of one machine has seen, and compares new ones with them."""

    def __init__(self, machine: Machine) -> None:
        found: dict[str, Condition] = {}
        asked_in: dict[str, set[str]] = {}
        for condition, leaves in _machine_conditions(machine):
            text = canonical(condition.node)
            found.setdefault(text, condition)
            asked_in.setdefault(text, set()).update(leaves)
        self.conditions: tuple[Condition, ...] = tuple(found.values())
        self._asked_in = [asked_in[text] for text in found]
        fields = machine.definition.data.items()
        self._listed = {name for name, field in fields if listed_values(field.schema) is not None}
        self._seen_leaves: set[str] = set()
        self._outcomes: set[tuple[str, int, bool]] = set()
        self._nearest: dict[tuple[int, bool], float] = {}
        self._kinds: set[Hashable] = set()

    def distances(self, state: AggregateState) -> list[Distances | None]:
        """The distances of each condition."""
        values = {"data": state.data, "state": state.leaf}
        return [condition.distances(values) for condition in self.conditions]

    def gaps(self, state: AggregateState) -> list[float | None]:
        """The gap of each condition, None unless it compares numbers."""
        values = {"data": state.data, "state": state.leaf}
        return [condition.gap(values) for condition in self.conditions]

    def look(self, state: AggregateState) -> Standing:
        """Compare a state with all earlier ones, and remember it."""
        distances = self.distances(state)
        kind = self._kind(state, distances)
        outcome = self._adds_outcome(state.leaf, distances)
        nearer = tuple(self._nearer(distances))
        if state.leaf not in self._seen_leaves:
            rank = Rank.NEW_LEAF
        elif outcome:
            rank = Rank.NEW_OUTCOME
        elif nearer:
            rank = Rank.NEARER
        else:
            rank = Rank.SIMILAR if kind in self._kinds else Rank.NEW_KIND
        self._seen_leaves.add(state.leaf)
        self._kinds.add(kind)
        return Standing(rank, kind, nearer)

    def _adds_outcome(self, leaf: str, distances: Sequence[Distances | None]) -> bool:
        before = len(self._outcomes)
        for place, one in enumerate(distances):
            if one is not None:
                self._outcomes.add(("", place, one.holds))
                if leaf in self._asked_in[place]:
                    self._outcomes.add((leaf, place, one.holds))
        return len(self._outcomes) > before

    def _nearer(self, distances: Sequence[Distances | None]) -> Iterator[tuple[int, bool]]:
        for place, one in enumerate(distances):
            for outcome, distance in () if one is None else ((True, one.true), (False, one.false)):
                nearest = self._nearest.get((place, outcome))
                if nearest is None or distance < nearest:
                    self._nearest[place, outcome] = distance
                    if nearest is not None:
                        yield place, outcome

    def _kind(self, state: AggregateState, distances: Sequence[Distances | None]) -> Hashable:
        truths = tuple(None if one is None else one.holds for one in distances)
        shapes = tuple(
            str(value) if name in self._listed else _shape(value) for name, value in state.data.items()
        )
        return state.leaf, truths, shapes


def _machine_conditions(machine: Machine) -> Iterator[tuple[Condition, frozenset[str]]]:
    """All conditions with the leaves that evaluate them, and steps towards constants as extra conditions."""
    every = frozenset(machine.rows)
    for leaf, accepts in machine.rows.items():
        for branches in accepts.values():
            for branch in branches:
                for number, expression in enumerate(branch.expressions):
                    is_guard = number == 0 and branch.guard is not None
                    for one in conditions(parse(expression.source), _NAMES, boolean=is_guard):
                        yield one, frozenset([leaf])
    for spec in (machine.definition.events or {}).values():
        for expression in spec.set.values():
            for one in conditions(parse(expression.source), _NAMES, boolean=False):
                yield one, every
    for invariant in machine.definition.invariants:
        for one in conditions(parse(invariant.check.source), _NAMES):
            yield one, every
    for name, target in _steps_back(machine):
        [one] = conditions(parse(f"data.{name} == {target}"), _NAMES)
        yield one, frozenset()


def _steps_back(machine: Machine) -> list[tuple[str, int]]:
    """Data values that lead to a compared constant by events whose setter multiplies the field."""
    setters = list(_multiplying_setters(machine, flow_of(machine)))
    known: dict[tuple[str, int], None] = {}
    wanted = [pair for pair in _compared_constants(machine) if any(pair[0] == one.field for one in setters)]
    for _ in range(STEPS_BACK_MAX):
        found = [
            (setter.field, value)
            for name, target in wanted
            for setter in setters
            if setter.field == name
            for value in setter.before(target)
        ]
        wanted = [pair for pair in dict.fromkeys(found) if pair not in known]
        known |= dict.fromkeys(wanted)
        if len(known) > TARGETS_MAX:
            break
    return list(known)[:TARGETS_MAX]


@dataclass(frozen=True, slots=True)
class _MultiplyingSetter:
    """A setter of the form field * factor + payload * weight + constant, with bounds for the payload."""

    field: str
    factor: int
    weight: int
    constant: int
    bounds: tuple[int, int]

    def before(self, after: int) -> list[int]:
        """Values of the field that the event turns into `after`."""
        lowest = max(self.bounds[0], -abs(self.factor))
        tried = range(lowest, min(self.bounds[1], lowest + abs(self.factor)) + 1) if self.weight else (0,)
        rests = [after - self.constant - self.weight * value for value in tried]
        return [rest // self.factor for rest in rests if rest % self.factor == 0]


def _multiplying_setters(machine: Machine, flow: DataFlow) -> Iterator[_MultiplyingSetter]:
    for event in (machine.definition.events or {}).values():
        for name, setter in event.set.items():
            read = {chain for chain in setter.references if chain[:2] != ("data", name)}
            if not all(len(chain) == 2 and chain[0] == "event" for chain in read) or len(read) > 1:
                continue
            payload = next((chain[1] for chain in read), None)
            if (line := _line(setter, name, payload)) is None:
                continue
            fields = [] if payload is None else flow.commands_by_event_field.get((event.name, payload), [])
            bounds = [integer_bounds(field.schema) for field in fields] or [integer_bounds({})]
            yield _MultiplyingSetter(
                name, *line, (min(low for low, _ in bounds), max(high for _, high in bounds))
            )


def _line(setter: Expression, name: str, payload: str | None) -> tuple[int, int, int] | None:
    """Factor, weight and constant of a setter that is linear at five points."""

    def at(field: int, value: int) -> int | None:
        event = {} if payload is None else {payload: value}
        try:
            result = evaluate(setter, {"data": {name: field}, "event": event})
        except (EvaluationError, LookupError, TypeError):
            return None
        return result if type(result) is int else None

    origin, right, up = at(0, 0), at(1, 0), at(0, 1)
    if origin is None or right is None or up is None:
        return None
    factor, weight = right - origin, up - origin
    straight = all(at(x, y) == origin + factor * x + weight * y for x, y in ((7, 3), (2, 11)))
    return (factor, weight, origin) if straight and abs(factor) > 1 else None


def _compared_constants(machine: Machine) -> Iterator[tuple[str, int]]:
    """Data fields with the integers that a guard compares them with."""
    for one, _ in _comparisons_of(machine):
        for side, other in ((one.left, one.right), (one.right, one.left)):
            chain = path(side)
            is_field = chain is not None and len(chain) == 2 and chain[0] == "data"
            if is_field and chain and isinstance(other, Literal) and type(other.value) is int:
                yield chain[1], other.value


def _comparisons_of(machine: Machine) -> Iterator[tuple[Binary, str]]:
    for leaf, accepts in machine.rows.items():
        for branches in accepts.values():
            for branch in branches:
                if branch.guard is not None:
                    for one in conditions(parse(branch.guard.source), _NAMES):
                        if isinstance(one.node, Binary):
                            yield one.node, leaf


def _shape(value: Any, *, nested: bool = False) -> Hashable:
    """A rough kind of the value: a number's sign, or a list's size and flags."""
    match value:
        case None | bool():
            return value
        case int() | float():
            return None if nested else (value > 0) - (value < 0)
        case list():
            kinds = sorted(repr(_shape(item, nested=True)) for item in value)
            return min(len(value), LIST_SIZES), tuple(kinds[:LIST_SIZES])
        case Mapping():
            return tuple(_shape(part, nested=True) for part in value.values())
    return None if nested else bool(value)
