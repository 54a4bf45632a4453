"""Bounded search through what a machine can do, breadth first, so that the shortest way comes first.

Nothing is visited twice, and of what differs in values only a few are visited. Pure and deterministic.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from statewright.analysis.candidates import candidate_requests
from statewright.analysis.requests import RequestDecision, decide_request
from statewright.canonical import canonical_json
from statewright.machine.compiled import Machine
from statewright.machine.messages import Accepted, AggregateState, Event

DECISIONS_MAX = 20_000  # some seconds
SIMILAR_MAX = 12  # states in one leaf after the same sequence of event types; others differ in values only

SearchNode = TypeVar("SearchNode")


class Frontier(Generic[SearchNode]):
    """The nodes that are still to visit, in the order in which they were found.

    `key`: equal for nodes of which only one is visited; `known`: keys that are not visited. `kind`: equal for
    similar nodes, of which `similar_max` are visited.
    """

    def __init__(
        self,
        starts: Iterable[SearchNode],
        *,
        key: Callable[[SearchNode], str],
        kind: Callable[[SearchNode], Hashable],
        similar_max: int,
        known: set[str],
    ) -> None:
        self._waiting = deque(starts)
        self._key, self._kind = key, kind
        self._similar_max = similar_max
        self._known = known
        self._similar: Counter[Hashable] = Counter()
        self._dropped = False

    def __bool__(self) -> bool:
        return bool(self._waiting)

    @property
    def is_exhausted(self) -> bool:
        """Whether nothing is left to visit, and nothing was left out for being similar."""
        return not self._waiting and not self._dropped

    def pop(self) -> SearchNode:
        return self._waiting.popleft()

    def add(self, node: SearchNode) -> None:
        key = self._key(node)
        if key in self._known:
            return
        self._known.add(key)
        kind = self._kind(node)
        self._similar[kind] += 1
        if self._similar[kind] <= self._similar_max:
            self._waiting.append(node)
        else:
            self._dropped = True


@dataclass(frozen=True, slots=True)
class Explored:
    """A decision at the end of a shortest way: `history` holds its events, oldest first."""

    history: tuple[Event, ...]
    decision: RequestDecision


_Reached = tuple[AggregateState, tuple[Event, ...]]  # a state, and the events that lead there


def explore(
    machine: Machine, *, values: Iterable[object] = (), decisions_max: int = DECISIONS_MAX
) -> Iterator[Explored]:
    """Decisions of the machine in the states that it can reach, with histories of non-decreasing length.

    `values`: what payloads may hold besides what the machine suggests, such as another's `literals`.
    """
    hints = tuple(values)
    start: _Reached = (machine.initial, ())
    frontier = Frontier([start], key=_key, kind=_kind, similar_max=SIMILAR_MAX, known={_key(start)})
    decisions = 0
    while frontier:
        state, history = frontier.pop()
        for request in candidate_requests(machine, state, values=hints):
            if decisions == decisions_max:
                return
            decisions += 1
            decision = decide_request(machine, state, request)
            yield Explored(history, decision)
            verdict = decision.verdict
            if isinstance(verdict, Accepted):
                frontier.add((verdict.state, (*history, *verdict.events)))


def _key(reached: _Reached) -> str:
    state, _ = reached
    return canonical_json([state.leaf, state.data])


def _kind(reached: _Reached) -> Hashable:
    state, history = reached
    return (state.leaf, *(event.type for event in history))
