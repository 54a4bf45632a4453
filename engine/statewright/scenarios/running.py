"""Runs one scenario: folds the given events, decides the command, and compares the verdict.

Uses the real functions of `statewright.machine`. A scenario that the machine cannot follow is a result, not
an exception.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from statewright.analysis.requests import CommandRequest, RequestDecision, decide_request
from statewright.errors import EvaluationError, UnknownMove
from statewright.language.cel import Timestamp
from statewright.language.schema.payloads import PayloadError
from statewright.language.source.document import DocumentPath
from statewright.machine.compiled import Machine
from statewright.machine.decide import decision_time
from statewright.machine.evolve import evolve
from statewright.machine.messages import Accepted, AggregateState, Event
from statewright.scenarios.judging import Mismatch, mismatches, outcome
from statewright.scenarios.model import GivenEvent, Scenario


@dataclass(frozen=True, slots=True)
class Broken:
    """A given step that is impossible. `path`: of the step."""

    path: DocumentPath
    reason: str


@dataclass(slots=True)
class GivenResult:
    """The result of the given steps.

    `states`: the state after each of `events`. `moves`: the leaf before each event, and the event's type.
    `decisions`: those on given commands.
    """

    events: list[Event] = field(default_factory=list)
    states: list[AggregateState] = field(default_factory=list)
    moves: list[tuple[str, str]] = field(default_factory=list)
    decisions: list[RequestDecision] = field(default_factory=list)

    def fold(self, machine: Machine, state: AggregateState, event: Event) -> AggregateState:
        self.moves.append((state.leaf, event.type))
        after = evolve(machine, state, event)
        self.events.append(event)
        self.states.append(after)
        return after


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """The result of a scenario.

    `given`: the result of the given steps. `decision`: None if one of them is impossible.
    """

    scenario: Scenario
    given: GivenResult
    decision: RequestDecision | None
    mismatches: tuple[Mismatch, ...] = ()
    broken: Broken | None = None

    @property
    def moves(self) -> tuple[tuple[str, str], ...]:
        """Leaf and event of every given step, including an impossible one."""
        return tuple(self.given.moves)

    @property
    def passed(self) -> bool:
        return not self.mismatches and self.broken is None


def run_scenario(machine: Machine, scenario: Scenario) -> ScenarioResult:
    """Run a scenario whose names were checked against the machine."""
    state, last_time = machine.initial, ""
    given = GivenResult()
    for number, step in enumerate(scenario.given, 1):
        try:
            in_time = _in_time(step, last_time) if isinstance(step, CommandRequest) else step
            events = _events_of_step(machine, state, in_time, given.decisions)
            if events and isinstance(in_time, CommandRequest):
                last_time = _commit_time(in_time)
            for event in events:
                state = given.fold(machine, state, event)
        except (_Impossible, PayloadError, UnknownMove, EvaluationError) as error:
            broken = Broken(step.path, f"given step {number} is impossible: {error}")
            return ScenarioResult(scenario, given, None, broken=broken)
    decision = decide_request(machine, state, _in_time(scenario.when, last_time))
    found = tuple(mismatches(machine, scenario.then, state, decision.verdict))
    return ScenarioResult(scenario, given, decision, found)


def _in_time(request: CommandRequest, last_time: str) -> CommandRequest:
    """The request at the time the handler would use, which is never before the last given command."""
    time = _commit_time(request)
    later = decision_time(time, last_time)
    return request if later == time else replace(request, at=later)


def _commit_time(request: CommandRequest) -> str:
    return Timestamp.parse(request.at).commit_time()


class _Impossible(Exception):
    """A given command was not accepted."""


def _events_of_step(
    machine: Machine,
    state: AggregateState,
    step: GivenEvent | CommandRequest,
    decisions: list[RequestDecision],
) -> tuple[Event, ...]:
    if isinstance(step, CommandRequest):
        decisions.append(decide_request(machine, state, step))
        verdict = decisions[-1].verdict
        if not isinstance(verdict, Accepted):
            raise _Impossible(f'"{step.command}" is {outcome(verdict)}')
        return verdict.events
    move = machine.transition(state.leaf, step.event, step.version)
    return (Event(step.event, _stored(machine, step), move.leaf, move.entered, move.event_version),)


def _stored(machine: Machine, given: GivenEvent) -> Mapping[str, Any]:
    """Check and return the payload; one of an older version is checked when it is upcast."""
    spec = (machine.definition.events or {}).get(given.event)
    if spec is None:
        return machine.open_payload.conform(given.data)
    if given.version is not None and given.version < spec.version:
        return machine.open_payload.conform(given.data)
    return spec.payload.conform(given.data)
