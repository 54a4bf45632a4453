"""The statuses of mutants: noticed, survived, not tried, alike."""

from __future__ import annotations

import random

import pytest

from statewright.analysis.candidates import candidate_requests, literals
from statewright.analysis.requests import decide_request
from statewright.machine.compiled import Machine
from statewright.machine.messages import Accepted
from statewright.scenarios.mutants import Mutant, mutants, possible_edits
from statewright.scenarios.mutation import (
    MutantResult,
    MutantStatus,
    MutationTrial,
    is_noticed,
    is_same_verdict,
)
from tests.given import machine_of
from tests.scenarios.machines import PURSE, SOUND, example_file, scenarios_of

LAMP = machine_of(
    """
    machine: lamp
    initial: off
    data: {level: {type: integer, minimum: 0, maximum: 3, default: 0}}
    commands:
      Set: {payload: {level: {type: integer, minimum: 0, maximum: 3}, gently: boolean}}
      Repair: {roles: [technician]}
    events: {LevelSet: {payload: {level: integer}, set: {level: event.level}}, Repaired: }
    states:
      off:
        accepts:
          Set:
            - {guard: command.level > 3, reject: TOO_BRIGHT}
            - {guard: command.level >= 0, emit: LevelSet}
          Repair: {emit: Repaired, target: done}
      done: {final: true}
    invariants: [{check: data.level <= 3}]
    """
)
HIDDEN = machine_of(
    """
    machine: safe
    initial: shut
    commands: {Enter: {payload: {code: {type: string, pattern: "^[A-Z]{4}[0-9]{4}$"}}}, Leave: }
    events: {Entered: , Left: }
    states:
      shut: {accepts: {Enter: {emit: Entered, target: inside}}}
      inside: {accepts: {Leave: {emit: Left, target: shut}}}
    """
)


def results(machine: Machine, scenarios: str = "[]") -> list[MutantResult]:
    """The result of every mutant."""
    trial = MutationTrial(machine, scenarios_of(scenarios) if scenarios != "[]" else ())
    return [trial.result(mutant) for mutant in mutants(machine, possible_edits(machine.definition)) if mutant]


def statuses(machine: Machine) -> dict[str, MutantStatus]:
    """The result of each change, without scenarios."""
    return {result.mutant.change: result.status for result in results(machine)}


def test_an_equivalent_mutant_is_proved_alike() -> None:
    """Equivalence is proved for a guard, an invariant and a branch that the schemas exclude."""
    found = statuses(LAMP)
    alike = {change for change, status in found.items() if status is MutantStatus.ALIKE}
    assert alike >= {
        "Set: drop the guard command.level >= 0",
        "Set: drop branch 1",
        "drop the invariant data.level <= 3",
        "invariant: data.level <= 4 instead of data.level <= 3",
    }
    assert "Set: command.level > 2 instead of command.level > 3" not in alike


def test_an_unreached_change_is_not_tried() -> None:
    """The search cannot guess a code that matches the pattern."""
    found = statuses(HIDDEN)
    assert found["Leave: drop the only branch"] is MutantStatus.NOT_TRIED
    assert found["Leave: stay instead of going to shut"] is MutantStatus.NOT_TRIED


def test_a_change_reached_from_a_scenario_is_tried() -> None:
    """The search starts in the states of scenarios."""
    given = """
    - name: leaves
      given: [{event: Entered}]
      when: {command: Enter, data: {code: QXVB7391}}
      then: {refused: NOT_ACCEPTED}
    """
    found = {one.mutant.change: one for one in results(HIDDEN, given)}
    left = found["Leave: stay instead of going to shut"]
    assert left.status is MutantStatus.SURVIVED
    assert left.witness is not None
    assert left.witness.scenario.given == scenarios_of(given)[0].given


def test_a_difference_that_scenarios_cannot_express_is_not_alike() -> None:
    """Entering the same state again restarts its timers."""
    machine = machine_of(
        """
        machine: job
        initial: waiting
        states: {waiting: {accepts: {Touch: {emit: Touched, target: waiting}}}}
        """
    )
    [result] = [one for one in results(machine) if one.mutant.change.startswith("Touch: stay")]
    assert (result.status, result.witness, result.differs) == (MutantStatus.SURVIVED, None, True)


@pytest.mark.parametrize(
    "setter",
    [
        "event.amount >= 10000 ? 'gold' : 'plain'",
        "event.amount == 73915842 ? 'gold' : 'plain'",
        "size(event.note) > 12 ? 'gold' : 'plain'",
        "event.amount + 7 > 40021 ? 'gold' : 'plain'",
        "timestamp(event.at) < timestamp('2031-02-03T04:05:06Z') ? 'gold' : 'plain'",
    ],
)
def test_a_boundary_in_a_setter_is_distinguished(setter: str) -> None:
    """Each change of a boundary in a setter has a witness, for any constant."""
    machine = machine_of(
        f"""
        machine: tier
        initial: open
        data: {{tier: {{type: string, default: plain}}}}
        commands:
          Pay:
            payload:
              amount: {{type: integer, minimum: 1, maximum: 900000000}}
              note: {{type: string, maxLength: 40}}
              at: {{type: string, format: date-time}}
        events:
          Paid: {{payload: {{amount: integer, note: string, at: string}}, set: {{tier: "{setter}"}}}}
        states: {{open: {{accepts: {{Pay: {{emit: Paid}}}}}}}}
        """
    )
    found = [one for one in results(machine) if one.mutant.path[:3] == ("events", "Paid", "set")]
    assert len(found) > 1
    assert [one.mutant.change for one in found if one.witness is None] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["door", "order", "purse"])
def test_scenarios_that_do_not_use_a_change_cannot_notice_it(name: str) -> None:
    """Running all scenarios gives the same result."""
    machine = PURSE if name == "purse" else SOUND[f"{name}.machine.yaml"]
    scenarios = () if name == "purse" else example_file(name).scenarios
    trial = MutationTrial(machine, scenarios)
    for mutant in filter(None, mutants(machine, possible_edits(machine.definition))):
        is_found = trial.result(mutant).status is MutantStatus.NOTICED
        assert is_found is is_noticed(mutant, scenarios), mutant.change


def differs(machine: Machine, mutant: Mutant, seed: int) -> bool:
    """Whether a long random run distinguishes the mutant from the machine."""
    dice = random.Random(seed)
    state = machine.initial
    for _ in range(60):
        requests = list(candidate_requests(machine, state, values=literals(mutant.machine)))
        if not requests:
            return False
        request = dice.choice(requests)
        ours = decide_request(machine, state, request).verdict
        if not is_same_verdict(ours, decide_request(mutant.machine, state, request).verdict):
            return True
        state = ours.state if isinstance(ours, Accepted) else state
    return False


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", ["lamp", "purse", *sorted(SOUND)])
def test_alike_mutants_stay_alike_in_long_runs(name: str, seed: int) -> None:
    """Both machines make the same decisions on random commands."""
    machine = {"lamp": LAMP, "purse": PURSE}.get(name) or SOUND[name]
    edits = random.Random(seed).sample(
        possible_edits(machine.definition), k=min(25, len(possible_edits(machine.definition)))
    )
    trial = MutationTrial(machine, (), decisions_max=1_000)
    found = [trial.result(mutant) for mutant in mutants(machine, edits) if mutant is not None]
    alike = [result.mutant for result in found if result.status is MutantStatus.ALIKE]
    assert [mutant.change for mutant in alike if differs(machine, mutant, seed)] == []
