"""Every way through a machine, the shortest first.

Commands worth trying are decided and folded by the handler's own functions, breadth first from the initial
state; no state is visited twice, and of states that differ in values only a few. Pure and deterministic.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from statewright.canonical import canonical_json
from statewright.machine.compiled import Machine
from statewright.machine.messages import Accepted, AggregateState, Event
from statewright.scenarios.candidates import wishes
from statewright.scenarios.running import Decision, decided

DECISIONS_MAX = 20_000  # some seconds
SIMILAR_MAX = 12  # states in one leaf after the same sequence of event types; others differ in values only


@dataclass(frozen=True, slots=True)
class Path:
    """A decision at the end of a shortest way: `history` holds its events, oldest first."""

    history: tuple[Event, ...]
    decision: Decision


def paths(
    machine: Machine, *, values: Iterable[object] = (), decisions_max: int = DECISIONS_MAX
) -> Iterator[Path]:
    """Paths of non-decreasing length, at most `decisions_max`.

    `values`: what payloads may hold besides what the machine suggests, such as another's `literals`.
    """
    hints = tuple(values)
    known = {_key(machine.initial)}
    similar: Counter[tuple[str, ...]] = Counter()
    waiting: deque[tuple[AggregateState, tuple[Event, ...]]] = deque([(machine.initial, ())])
    decisions = 0
    while waiting:
        state, history = waiting.popleft()
        for wish in wishes(machine, state, values=hints):
            if decisions == decisions_max:
                return
            decisions += 1
            decision = decided(machine, state, wish)
            yield Path(history, decision)
            verdict = decision.verdict
            if not isinstance(verdict, Accepted) or (key := _key(verdict.state)) in known:
                continue
            known.add(key)
            there = (*history, *verdict.events)
            kind = (verdict.state.leaf, *(event.type for event in there))
            similar[kind] += 1
            if similar[kind] <= SIMILAR_MAX:
                waiting.append((verdict.state, there))


def _key(state: AggregateState) -> str:
    return canonical_json([state.leaf, state.data])
