"""Determines which elements of a definition a decision or a folded event uses.

An element that was not used cannot have changed the outcome. When in doubt, an element counts as used. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from statewright.analysis.requests import RequestDecision
from statewright.language.model import Branch
from statewright.language.source.document import DocumentPath
from statewright.machine.compiled import Machine
from statewright.machine.messages import Accepted, BranchResult, Invalid, RefusalKind, Rejected
from statewright.scenarios.model import GivenEvent
from statewright.scenarios.running import ScenarioResult

_AFTER_THE_BRANCH = frozenset(
    {RefusalKind.EVENT_PAYLOAD, RefusalKind.EVENT_SET, RefusalKind.DATA, RefusalKind.INVARIANT}
)


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a normal form, and where it is used.

    `command`: the command that uses it. `leaves`: the leaves that use it, each with the index of its branch,
    or None for a whole list of branches; empty means every leaf. `is_outcome`: only a chosen branch uses it.
    `events`: the event types that it affects or emits. `upcast_from`: the version that the upcast reads.
    """

    path: DocumentPath
    command: str | None = None
    leaves: Mapping[str, int | None] = field(default_factory=dict)
    is_outcome: bool = False
    events: frozenset[str] = frozenset()
    upcast_from: int | None = None
    is_invariant: bool = False

    def in_decision(self, decision: RequestDecision) -> bool:
        """Whether a decision used the element."""
        verdict = decision.verdict
        if isinstance(verdict, Invalid) or self.upcast_from is not None:
            return False
        if self.is_invariant:
            return isinstance(verdict, Accepted) or verdict.kind in _AFTER_THE_BRANCH
        if self.command is None:
            return self._is_emitted(verdict)
        if decision.request.command != self.command:
            return False
        if self.leaves and decision.state.leaf not in self.leaves:
            return False
        return self._is_judged(verdict, self.leaves.get(decision.state.leaf))

    def in_scenario(self, result: ScenarioResult) -> bool:
        """Whether the given steps or the command of a scenario used the element."""
        decisions = [*result.given.decisions, *([result.decision] if result.decision else ())]
        return any(map(self.in_decision, decisions)) or self._is_given(result)

    def _is_judged(self, verdict: Accepted | Rejected, place: int | None) -> bool:
        """Whether the branch was evaluated; without a place, every decision on the command counts."""
        if place is None:
            return True
        if len(verdict.trace) <= place:
            return False
        return not self.is_outcome or verdict.trace[place].result is BranchResult.CHOSEN

    def _is_emitted(self, verdict: Accepted | Rejected) -> bool:
        if isinstance(verdict, Accepted):
            return any(event.type in self.events for event in verdict.events)
        return verdict.kind in _AFTER_THE_BRANCH

    def _is_given(self, result: ScenarioResult) -> bool:
        if self.upcast_from is not None:
            return is_older_given(result.scenario.given, self.events, self.upcast_from)
        return any(
            event in self.events and (not self.leaves or leaf in self.leaves)
            for leaf, event in result.given.moves
        )


def is_older_given(steps: Collection[object], events: frozenset[str], version: int) -> bool:
    """Whether a given event is of one of these types and of this version or an older one."""
    given = [step for step in steps if isinstance(step, GivenEvent) and step.event in events]
    return any(step.version is not None and step.version <= version for step in given)


def element_at(machine: Machine, path: DocumentPath) -> Element:
    """The element at a path of the machine's normal form."""
    match path:
        case ("commands", str(command), *_):
            return Element(path, command=command)
        case ("events", str(event), "upcast", str(version), *_):
            return Element(path, events=frozenset([event]), upcast_from=int(version))
        case ("events", str(event), *_):
            return Element(path, events=frozenset([event]))
        case ("invariants", *_):
            return Element(path, is_invariant=True)
    return _of_accepts(machine, path)


def state_at(path: DocumentPath) -> str | None:
    """The full name of the state that contains the path, or None outside states."""
    names: list[str] = []
    rest = path
    while len(rest) > 1 and rest[0] == "states":
        names.append(str(rest[1]))
        rest = rest[2:]
    return ".".join(names) or None


def _of_accepts(machine: Machine, path: DocumentPath) -> Element:
    start = 0
    while path[start] == "states":
        start += 2
    listed, command = path[: start + 2], str(path[start + 1])
    number = path[start + 2] if len(path) > start + 2 else None
    leaves: dict[str, int | None] = {}
    events: set[str] = set()
    for leaf, accepts in machine.rows.items():
        for place, branch in enumerate(accepts.get(command, ())):
            if branch.list_path == listed and number in (None, branch.path[-1], _only(branch, number)):
                leaves.setdefault(leaf, None if number is None else place)
                events.update(emission.event for emission in branch.emits)
    is_outcome = len(path) > start + 3 and path[start + 3] in ("target", "emit")
    return Element(path, command, leaves, is_outcome, frozenset(events))


def _only(branch: Branch, number: object) -> object:
    """`number` if the branch was written without a list, so that its path has no number."""
    return number if branch.path == branch.list_path else None
