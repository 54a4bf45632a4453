"""The coverage goals of a machine, and how many of them scenario results reach.

Branches, refusals and guard outcomes count only when the `when` command exercises them, because a scenario
checks only the outcome of that command. States, events and moves also count in the given steps. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from statewright.analysis.requests import RequestDecision
from statewright.language.model import Branch
from statewright.language.source.document import DocumentPath
from statewright.machine.compiled import Machine
from statewright.machine.flatten import flatten
from statewright.machine.messages import Accepted, BranchResult, Invalid, Rejected
from statewright.scenarios.execution import state_at
from statewright.scenarios.running import ScenarioResult


class CoverageKind(StrEnum):
    STATE = "state"
    BRANCH = "branch"
    REFUSAL = "refusal"
    GUARD = "guard"
    EVENT = "event"
    MOVE = "move"


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal of coverage. `path`: its place in the definition. `what`: a short description."""

    kind: CoverageKind
    path: DocumentPath
    what: str

    @property
    def identity(self) -> str:
        """A key that excludes the wording of `what`, except for guards and moves, which can share a path."""
        names = ".".join(step for step in self.path if isinstance(step, str))
        is_shared = self.kind in (CoverageKind.GUARD, CoverageKind.MOVE)
        return f"{self.kind} {names} {self.what if is_shared else ''}"

    @property
    def state(self) -> str | None:
        """The full name of the state that contains the goal, or None outside states."""
        return state_at(self.path)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The coverage of a machine.

    `goals`: by kind, then in the order of the definition. `reached`: a subset of `goals`.
    """

    goals: tuple[Goal, ...]
    reached: frozenset[Goal]

    @property
    def missed(self) -> tuple[Goal, ...]:
        return tuple(goal for goal in self.goals if goal not in self.reached)

    @property
    def percent(self) -> int:
        """The share of goals reached, rounded down so that 100 means all."""
        return 100 * len(self.reached) // len(self.goals)

    def of(self, kind: CoverageKind) -> tuple[int, int]:
        """The number of goals of a kind that are reached, and their total."""
        goals = [goal for goal in self.goals if goal.kind is kind]
        return sum(goal in self.reached for goal in goals), len(goals)


class Goals:
    """Everything to cover in one machine."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        table, _ = flatten(machine.definition)
        moves = {way: _move(machine, *way, move.leaf) for way, move in table.moves.items()}
        self._moves: Mapping[tuple[str, str], Goal] = moves
        states = map(self._state, machine.rows)
        events = (self._event(event) for _, event in moves)
        self.all = self._sorted({*states, *self._of_branches(), *events, *moves.values()})

    def coverage(self, results: Iterable[ScenarioResult]) -> Coverage:
        """The coverage of all results. Failed scenarios count too."""
        reached: set[Goal] = set()
        for result in results:
            reached |= self.reached_before(result.moves)
            if result.decision is not None:
                reached |= self.reached_by(result.decision)
        return Coverage(self.all, frozenset(reached))

    def reached_before(self, moves: Iterable[tuple[str, str]]) -> set[Goal]:
        """The goals that folding these events reaches. `moves`: pairs of leaf and event."""
        reached: set[Goal] = set()
        for leaf, event in moves:
            if (leaf, event) in self._moves:  # a recorded refusal is an event without a move
                reached |= {self._state(leaf), self._event(event), self._moves[leaf, event]}
        return reached

    def reached_by(self, decision: RequestDecision) -> set[Goal]:
        """The goals that one decision reaches."""
        leaf, verdict = decision.state.leaf, decision.verdict
        reached = {self._state(leaf), *_judged(self._machine, decision)}
        for event in verdict.events if isinstance(verdict, Accepted) else ():
            reached |= {*self.reached_before([(leaf, event.type)]), self._state(event.leaf)}
            leaf = event.leaf
        return reached

    def _of_branches(self) -> Iterator[Goal]:
        for accepts in self._machine.rows.values():
            for command, branches in accepts.items():
                for branch in branches:
                    yield _branch_goal(command, branch)
                    if branch.guard is not None:
                        yield from (_guard(command, branch, holds=True), _guard(command, branch, holds=False))

    def _state(self, leaf: str) -> Goal:
        return Goal(CoverageKind.STATE, self._machine.definition.states[leaf].path, leaf)

    def _event(self, event: str) -> Goal:
        return Goal(CoverageKind.EVENT, ("events", event), event)

    def _sorted(self, goals: Iterable[Goal]) -> tuple[Goal, ...]:
        kinds, document = list(CoverageKind), self._machine.definition.document
        return tuple(
            sorted(goals, key=lambda goal: (kinds.index(goal.kind), document.position(goal.path), goal.what))
        )


def _effect(branch: Branch) -> str:
    """Describe the effect of a branch."""
    if branch.reject is not None:
        return f"reject {branch.reject}"
    emits = ", ".join(emission.event for emission in branch.emits) or "nothing"
    return f"emit {emits}, go to {branch.target}" if branch.target else f"emit {emits}, stay"


def _move(machine: Machine, leaf: str, event: str, target: str) -> Goal:
    path = machine.definition.states[leaf].path
    return Goal(CoverageKind.MOVE, path, f"{leaf} -- {event} -> {target}")


def _branch_goal(command: str, branch: Branch) -> Goal:
    kind = CoverageKind.BRANCH if branch.reject is None else CoverageKind.REFUSAL
    return Goal(kind, branch.path, f"{command}: {_effect(branch)}")


def _guard(command: str, branch: Branch, *, holds: bool) -> Goal:
    source = "" if branch.guard is None else branch.guard.source
    what = f"{command}: {source} is {'true' if holds else 'false'}"
    return Goal(CoverageKind.GUARD, (*branch.path, "guard"), what)


def _judged(machine: Machine, decision: RequestDecision) -> Iterator[Goal]:
    """The branch that was taken, and the guards that were evaluated before it."""
    command, verdict = decision.request.command, decision.verdict
    if isinstance(verdict, Invalid):
        return
    branches = machine.rows[decision.state.leaf].get(command, ())
    for trace in verdict.trace:
        branch = branches[trace.branch - 1]
        if trace.result is BranchResult.CHOSEN and _is_verdict_of(branch, verdict):
            yield _branch_goal(command, branch)
        if branch.guard is not None and trace.result in (BranchResult.CHOSEN, BranchResult.GUARD_FALSE):
            yield _guard(command, branch, holds=trace.result is BranchResult.CHOSEN)


def _is_verdict_of(branch: Branch, verdict: Accepted | Rejected) -> bool:
    """Whether the branch itself caused the verdict. A later check, such as an invariant, can override it."""
    return isinstance(verdict, Accepted) or verdict.code == branch.reject
