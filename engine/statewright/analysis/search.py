"""A bounded search of the states that a machine can reach.

States that promise new behaviour and need few events come first. No state is visited twice, and only a few
states of each kind are visited. Pure and deterministic.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import count, islice
from typing import Generic, TypeVar

from statewright.analysis.candidates import candidate_requests, tries_everything
from statewright.analysis.dataflow import flow_of
from statewright.analysis.guidance import Guidance, Rank, Standing
from statewright.analysis.requests import CommandRequest, RequestDecision, decide_request
from statewright.analysis.solving import Solver
from statewright.canonical import canonical_json
from statewright.machine.compiled import Machine
from statewright.machine.messages import Accepted, AggregateState, Event

DECISIONS_MAX = 20_000  # a search of this size takes a few seconds
SIMILAR_MAX = 12  # states of one kind, which differ only in values
RANK_COST = {Rank.NEW_LEAF: 0, Rank.NEW_OUTCOME: 3, Rank.NEARER: 6, Rank.NEW_KIND: 12, Rank.SIMILAR: 1_000}
LONG_WAY = 20  # events; longer histories cost the same
SIMILAR_REQUESTS_MAX = 8
REPEATS_MAX = 300  # repetitions of a command that brings a condition nearer every time

SearchNode = TypeVar("SearchNode")


class Frontier(Generic[SearchNode]):
    """A priority queue of nodes to visit: lowest cost first, then in the order they were found.

    `key`: identifies nodes that need only one visit. `known`: keys to skip. `kind`: groups similar nodes, of
    which at most `similar_max` are visited.
    """

    def __init__(
        self,
        starts: Iterable[SearchNode],
        *,
        key: Callable[[SearchNode], str],
        kind: Callable[[SearchNode], Hashable],
        similar_max: int,
        known: set[str],
        cost: Callable[[SearchNode], int] = lambda _node: 0,
    ) -> None:
        self._key, self._kind, self._cost = key, kind, cost
        self._similar_max = similar_max
        self._known = known
        self._similar: Counter[Hashable] = Counter()
        self._dropped = False
        self._found = count()
        self._waiting = [(cost(node), next(self._found), node) for node in starts]
        heapify(self._waiting)

    def __bool__(self) -> bool:
        return bool(self._waiting)

    @property
    def is_exhausted(self) -> bool:
        """Whether no node is left and no node was skipped as similar."""
        return not self._waiting and not self._dropped

    def pop(self) -> SearchNode:
        return heappop(self._waiting)[-1]

    def add(self, node: SearchNode) -> None:
        key = self._key(node)
        if key in self._known:
            return
        self._known.add(key)
        kind = self._kind(node)
        self._similar[kind] += 1
        if self._similar[kind] <= self._similar_max:
            heappush(self._waiting, (self._cost(node), next(self._found), node))
        else:
            self._dropped = True


@dataclass(frozen=True, slots=True)
class Reached:
    """A state, and the events that lead to it, oldest first."""

    state: AggregateState
    history: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Explored:
    """A decision after the events in `history`, oldest first."""

    history: tuple[Event, ...]
    decision: RequestDecision


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A state to visit. `key`: the same for states that no expression can distinguish."""

    reached: Reached
    key: str
    standing: Standing


_Best = dict[
    tuple[int, bool], tuple[CommandRequest, Reached]
]  # by condition and outcome: the command that came nearest


class Search:
    """Finds decisions of a machine in the states that it can reach.

    `starts`: states to begin with, in addition to the initial one. `values`: additional values for payloads.
    `is_complete`: whether the finished search has covered all states and all possible decisions in them.
    """

    def __init__(
        self,
        machine: Machine,
        *,
        starts: Iterable[Reached] = (),
        values: Iterable[object] = (),
        decisions_max: int = DECISIONS_MAX,
    ) -> None:
        self.decisions = 0
        self.is_complete = False
        self._machine = machine
        self._values = tuple(values)
        self._decisions_max = decisions_max
        self._guidance = Guidance(machine)
        self._solver = Solver(machine, self._guidance)
        self._relevant = flow_of(machine).relevant_data
        self._known: set[str] = set()
        self._visits: Counter[str] = Counter()
        self._frontier: Frontier[_Waiting] = Frontier(
            [],
            key=lambda node: node.key,
            kind=lambda node: node.standing.kind,
            cost=self._cost,
            similar_max=SIMILAR_MAX,
            known=self._known,
        )
        for start in (Reached(machine.initial), *starts):
            self._add(start)

    def run(self) -> Iterator[Explored]:
        """The decisions, until nothing is left to try or the limit is reached."""
        is_exhaustive = True
        while self._frontier:
            reached = self._frontier.pop().reached
            self._visits[reached.state.leaf] += 1
            for explored in self._visit(reached):
                yield explored
                if self.decisions >= self._decisions_max:
                    return
            is_exhaustive &= tries_everything(self._machine, reached.state.leaf)
        self.is_complete = is_exhaustive and self._frontier.is_exhausted

    def _visit(self, reached: Reached) -> Iterator[Explored]:
        tried: list[RequestDecision] = []
        best: _Best = {}
        for request in candidate_requests(self._machine, reached.state, values=self._values):
            explored = self._decided(reached, request, best)
            tried.append(explored.decision)
            yield explored
        for request in self._solver.requests(tried):
            yield self._decided(reached, request, best)
        for (place, outcome), (request, start) in best.items():
            yield from self._repeated(place, outcome, request, start)

    def _decided(self, reached: Reached, request: CommandRequest, best: _Best) -> Explored:
        """Decide the request, and note in `best` the conditions that it brings nearer."""
        self.decisions += 1
        explored = Explored(reached.history, decide_request(self._machine, reached.state, request))
        after = _after(explored)
        standing = None if after is None else self._add(after)
        if after is not None and standing is not None and after.state.leaf == reached.state.leaf:
            best |= dict.fromkeys(standing.nearer, (request, after))
        return explored

    def _repeated(
        self, place: int, outcome: bool, request: CommandRequest, reached: Reached
    ) -> Iterator[Explored]:
        """Repeat the command while it brings the condition nearer, as for a counter or a growing list."""
        for _ in range(REPEATS_MAX):
            distances = self._guidance.distances(reached.state)[place]
            if distances is None or distances.holds is outcome:
                return
            best: _Best = {}
            for again in self._again(request, reached):
                yield self._decided(reached, again, best)
                if (place, outcome) in best:
                    break
            else:
                return
            request, reached = best[place, outcome]

    def _again(self, request: CommandRequest, reached: Reached) -> Iterator[CommandRequest]:
        """The request, then similar ones, because an id may already be in use."""
        yield request
        others = candidate_requests(
            self._machine, reached.state, values=self._values, commands={request.command}
        )
        yield from islice((other for other in others if other.actor == request.actor), SIMILAR_REQUESTS_MAX)

    def _cost(self, node: _Waiting) -> int:
        """The cost of a visit: low for a promising state, a short history and a rarely visited leaf."""
        way = min(len(node.reached.history), LONG_WAY)
        return way + RANK_COST[node.standing.rank] + self._visits[node.reached.state.leaf]

    def _add(self, reached: Reached) -> Standing | None:
        """Queue the state; None if it is known."""
        data = reached.state.data
        if self._relevant is not None:
            data = {name: value for name, value in data.items() if name in self._relevant}
        key = canonical_json([reached.state.leaf, data])
        if key in self._known:
            return None
        standing = self._guidance.look(reached.state)
        self._frontier.add(_Waiting(reached, key, standing))
        return standing


def explore(
    machine: Machine,
    *,
    starts: Iterable[Reached] = (),
    values: Iterable[object] = (),
    decisions_max: int = DECISIONS_MAX,
) -> Iterator[Explored]:
    """The decisions of a complete `Search`."""
    return Search(machine, starts=starts, values=values, decisions_max=decisions_max).run()


def _after(explored: Explored) -> Reached | None:
    """The state after the decision; None if no event was stored."""
    verdict = explored.decision.verdict
    if not isinstance(verdict, Accepted) or not verdict.events:
        return None
    return Reached(verdict.state, (*explored.history, *verdict.events))
