"""Runs one scenario: what has happened is folded, the command is decided, `judging` compares what came of it.

Decides and folds with the handler's own functions. Raises nothing for a machine that cannot do what a
scenario says: that is its result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from statewright.errors import EvaluationError, UnknownMove
from statewright.language.schema.payloads import PayloadError
from statewright.language.source.document import Path
from statewright.machine.compiled import Machine
from statewright.machine.decide import decide
from statewright.machine.evolve import evolve
from statewright.machine.messages import Accepted, AggregateState, Command, Event, Verdict
from statewright.scenarios.judging import Mismatch, mismatches, outcome
from statewright.scenarios.model import Fact, Scenario, Wish


@dataclass(frozen=True, slots=True)
class Decision:
    """A command judged at `state`, and what came of it."""

    state: AggregateState
    wish: Wish
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Broken:
    """The scenario's beginning is impossible: which step, and why."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Result:
    """`moves`: leaf and event of everything folded before the command. `decision`: None if it is broken."""

    scenario: Scenario
    moves: tuple[tuple[str, str], ...]
    decision: Decision | None
    mismatches: tuple[Mismatch, ...] = ()
    broken: Broken | None = None

    @property
    def passed(self) -> bool:
        return not self.mismatches and self.broken is None


def run_scenario(machine: Machine, scenario: Scenario) -> Result:
    """What comes of a scenario whose names the machine knows."""
    state = machine.initial
    moves: list[tuple[str, str]] = []
    for number, step in enumerate(scenario.given, 1):
        try:
            for event in _happened(machine, state, step):
                moves.append((state.leaf, event.type))
                state = evolve(machine, state, event)
        except (_Impossible, PayloadError, UnknownMove, EvaluationError) as error:
            broken = Broken(step.path, f"given {number} cannot have happened: {error}")
            return Result(scenario, tuple(moves), None, broken=broken)
    decision = decided(machine, state, scenario.when)
    found = tuple(mismatches(machine, scenario.then, state, decision.verdict))
    return Result(scenario, tuple(moves), decision, found)


def decided(machine: Machine, state: AggregateState, wish: Wish) -> Decision:
    """The wish judged at `state`."""
    command = Command(
        id="scenario",
        machine=machine.name,
        aggregate_id="scenario",
        name=wish.command,
        data=wish.data,
        digest="",  # tells repetitions, which are found before anything is decided
        actor=wish.actor,
        expected_version=wish.expected_version,
    )
    return Decision(state, wish, decide(machine, state, command, now=wish.at))


class _Impossible(Exception):
    """A given command was not accepted."""


def _happened(machine: Machine, state: AggregateState, step: Fact | Wish) -> tuple[Event, ...]:
    if isinstance(step, Wish):
        verdict = decided(machine, state, step).verdict
        if not isinstance(verdict, Accepted):
            raise _Impossible(f'"{step.command}" is {outcome(verdict)}')
        return verdict.events
    move = machine.transition(state.leaf, step.event, step.version)
    return (Event(step.event, _stored(machine, step), move.leaf, move.entered, move.event_version),)


def _stored(machine: Machine, fact: Fact) -> Mapping[str, Any]:
    """The payload, which must fit the event of today; an older one must fit once it is upcast."""
    spec = (machine.definition.events or {}).get(fact.event)
    if spec is None:
        return machine.open_payload.conform(fact.data)
    if fact.version is not None and fact.version < spec.version:
        return fact.data
    return spec.payload.conform(fact.data)
