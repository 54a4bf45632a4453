"""Where scenarios begin and go through: states with the events that lead there, for searches to start at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from statewright.analysis.search import Reached
from statewright.canonical import canonical_json
from statewright.machine.messages import Accepted
from statewright.scenarios.running import ScenarioResult

STARTS_MAX = 500  # of one machine


def scenario_starts(results: Iterable[ScenarioResult]) -> list[Reached]:
    """Each state that the scenarios go through, once, in their order; at most `STARTS_MAX`.

    A scenario that is broken counts up to the step that is to blame.
    """
    found: dict[str, Reached] = {}
    for result in results:
        for reached in _along(result):
            if len(found) < STARTS_MAX:
                found.setdefault(canonical_json([reached.state.leaf, reached.state.data]), reached)
    return list(found.values())


def _along(result: ScenarioResult) -> Iterator[Reached]:
    history = tuple(result.given.events)
    for number, state in enumerate(result.given.states, 1):
        yield Reached(state, history[:number])
    verdict = None if result.decision is None else result.decision.verdict
    if isinstance(verdict, Accepted) and verdict.events:
        yield Reached(verdict.state, (*history, *verdict.events))
