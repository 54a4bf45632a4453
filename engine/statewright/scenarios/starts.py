"""The states that scenarios pass through, each with its history, as starting points for searches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from statewright.analysis.search import Reached
from statewright.canonical import canonical_json
from statewright.machine.messages import Accepted, Event
from statewright.scenarios.running import ScenarioResult

STARTS_MAX = 500  # per machine


def scenario_starts(results: Iterable[ScenarioResult]) -> list[Reached]:
    """The distinct states that scenarios pass through, in order; at most `STARTS_MAX`.

    A broken scenario counts up to its impossible step.
    """
    found: dict[str, Reached] = {}
    for result in results:
        for reached in _states_passed(result):
            if len(found) < STARTS_MAX:
                found.setdefault(canonical_json([reached.state.leaf, reached.state.data]), reached)
    return list(found.values())


def history_of(result: ScenarioResult) -> tuple[Event, ...]:
    """All events of a scenario, including those that its command emits."""
    verdict = None if result.decision is None else result.decision.verdict
    return (*result.given.events, *(verdict.events if isinstance(verdict, Accepted) else ()))


def _states_passed(result: ScenarioResult) -> Iterator[Reached]:
    history = history_of(result)
    states = list(result.given.states)
    if result.decision is not None and isinstance(result.decision.verdict, Accepted):
        states += [result.decision.verdict.state] if len(history) > len(states) else []
    for state in states:
        yield Reached(state, history[: state.version])
