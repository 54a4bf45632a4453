"""Generates missing scenarios: each decision of a search that reaches a new coverage goal becomes a scenario.

The shortest history to the decision becomes `given`, and the machine's current behaviour becomes `then`, for
the author to review. Pure and deterministic.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain, count, zip_longest
from typing import Any

from statewright.analysis.candidates import literals
from statewright.analysis.requests import RequestDecision
from statewright.analysis.search import DECISIONS_MAX, Explored, Reached, Search
from statewright.analysis.values import same_value
from statewright.language.schema.violations import path_text
from statewright.machine.compiled import Machine
from statewright.machine.messages import Accepted, AggregateState, Event, Invalid, Rejected
from statewright.scenarios.coverage import Coverage, Goal, Goals
from statewright.scenarios.model import Expectation, ExpectedEvent, GivenEvent, Refusal, Scenario
from statewright.scenarios.running import run_scenario
from statewright.scenarios.text import sender


@dataclass(frozen=True, slots=True)
class GeneratedScenario:
    """A generated scenario. `leaf`: the state in which the command arrives."""

    leaf: str
    scenario: Scenario


@dataclass(frozen=True, slots=True)
class Generated:
    """The result of generating scenarios.

    `found`: sorted by state. `unreached`: the goals that the search did not reach. `decisions`: the number of
    decisions that the search tried.
    """

    found: tuple[GeneratedScenario, ...]
    unreached: tuple[Goal, ...]
    decisions: int

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        return tuple(one.scenario for one in self.found)


def missing_scenarios(
    machine: Machine,
    covered: Coverage,
    *,
    starts: Iterable[Reached] = (),
    names: Iterable[str] = (),
    decisions_max: int = DECISIONS_MAX,
) -> Generated:
    """Search for scenarios that reach the goals missing in `covered`.

    `starts`: additional states to search from. `names`: names in use, which new scenarios avoid.
    """
    goals, wanted = Goals(machine), set(covered.missed)
    found: list[Explored] = []
    search = Search(machine, starts=starts, values=literals(machine), decisions_max=decisions_max)
    for explored in search.run() if wanted else ():
        news = goals.reached_by(explored.decision) & wanted
        if news and run_scenario(machine, scenario_of(machine, explored)).passed:
            wanted -= news
            found.append(explored)
        if not wanted:
            break
    order = list(machine.definition.states)
    found.sort(key=lambda explored: order.index(explored.decision.state.leaf))
    scenarios = distinct_names((scenario_of(machine, explored) for explored in found), names)
    leaves = (explored.decision.state.leaf for explored in found)
    unreached = tuple(goal for goal in covered.missed if goal in wanted)
    return Generated(tuple(map(GeneratedScenario, leaves, scenarios)), unreached, search.decisions)


def scenario_of(machine: Machine, explored: Explored, *, unlike: RequestDecision | None = None) -> Scenario:
    """A scenario that expects the behaviour of an explored decision.

    `unlike`: another machine's decision on the same command; the scenario then expects the differences too.
    """
    decision = explored.decision
    request = decision.request
    name = f"{request.command}{sender(request)} in {decision.state.leaf} {_outcome(decision)}"
    given = tuple(_given(machine, event) for event in explored.history)
    return Scenario(name, given, request, expectation(decision, unlike=unlike))


def expectation(decision: RequestDecision, *, unlike: RequestDecision | None = None) -> Expectation:
    """The outcome of a decision, without data that neither changed nor differs from `unlike`."""
    verdict, data = decision.verdict, _expected_data(decision, unlike)
    match verdict:
        case Accepted(events=events, state=after):
            return Expectation(_expected_events(events, unlike), after.leaf if events else None, data)
        case Rejected(code=code, message=message):
            others = unlike.verdict if unlike is not None else None
            is_alike = isinstance(others, Rejected) and others.code == code and others.message != message
            return Expectation(refused=Refusal(code, message if is_alike else None), data=data)
        case Invalid(path=path):
            return Expectation(invalid=path_text(path) or True, data=data)


def distinct_names(scenarios: Iterable[Scenario], names: Iterable[str]) -> tuple[Scenario, ...]:
    """Rename scenarios whose names are taken by appending a number."""
    taken, renamed = set(names), []
    for scenario in scenarios:
        numbered = (f"{scenario.name} ({number})" for number in count(2))
        name = next(name for name in chain([scenario.name], numbered) if name not in taken)
        taken.add(name)
        renamed.append(replace(scenario, name=name))
    return tuple(renamed)


def _given(machine: Machine, event: Event) -> GivenEvent:
    """The event under its current name, with its version only if that is not the current one."""
    spec = machine.event_spec(event.type)
    version = None if spec is None or event.event_version == spec.version else event.event_version
    return GivenEvent(event.type if spec is None else spec.name, event.data, version)


def _outcome(decision: RequestDecision) -> str:
    match decision.verdict:
        case Accepted(events=()):
            return "emits nothing"
        case Accepted(events=events):
            return f"emits {', '.join(event.type for event in events)}"
        case Rejected(code=code):
            return f"is refused: {code}"
        case Invalid():
            return "is invalid"


def _expected_data(decision: RequestDecision, unlike: RequestDecision | None) -> Mapping[str, Any]:
    """Fields that changed or differ. If `unlike` has another kind of outcome, its data does not matter."""
    after, others = _after(decision), [decision.state]
    if unlike is not None and type(unlike.verdict) is type(decision.verdict):
        others.append(_after(unlike))
    return {
        name: value
        for name, value in after.data.items()
        if not all(same_value(value, other.data[name]) for other in others)
    }


def _after(decision: RequestDecision) -> AggregateState:
    return decision.verdict.state if isinstance(decision.verdict, Accepted) else decision.state


def _expected_events(events: tuple[Event, ...], unlike: RequestDecision | None) -> tuple[ExpectedEvent, ...]:
    """The events with their payloads; an empty payload is left out unless `unlike` has one there."""
    theirs = unlike.verdict.events if unlike and isinstance(unlike.verdict, Accepted) else ()
    return tuple(
        ExpectedEvent(event.type, event.data if event.data or (other and other.data) else None)
        for event, other in zip_longest(events, theirs[: len(events)])
    )
