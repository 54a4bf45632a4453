"""Mutants: copies of a definition with one small mistake."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from statewright.machine.compiled import Machine
from statewright.scenarios.coverage import Goals
from statewright.scenarios.generating import missing_scenarios
from statewright.scenarios.model import ExpectedEvent, GivenEvent, Scenario
from statewright.scenarios.mutants import Mutant, mutants, possible_edits, sample
from statewright.scenarios.mutation import MutantStatus, MutantWitness, MutationTrial, is_noticed
from statewright.scenarios.running import run_scenario
from statewright.scenarios.variants import variants
from tests.given import machine_of
from tests.scenarios.machines import PURSE, SOUND, example_file, scenarios_of

TILL = machine_of(
    """
    machine: till
    initial: open
    data: {taken: {type: integer, default: 0}}
    commands: {Pay: {payload: {amount: integer}}}
    events:
      Paid:
        version: 2
        payload: {amount: integer}
        upcast: {1: {amount: event.amount * 100}}
        set: {taken: data.taken + event.amount}
    states: {open: {accepts: {Pay: {emit: Paid}}}}
    """
)
UNREACHED = "everything.machine.yaml"  # a search covers little of it, and slowly
OLD_PAYMENT = scenarios_of(
    """
    - name: what was paid in whole units counts
      given: [{event: Paid, data: {amount: 3}, version: 1}]
      when: {command: Pay, data: {amount: 1}}
      then: {events: [Paid]}
    """
)


def all_mutants(machine: Machine) -> list[Mutant]:
    """All mutants that load."""
    return [one for one in mutants(machine, possible_edits(machine.definition)) if one is not None]


def witnesses(
    machine: Machine, tried: Iterable[Mutant], scenarios: Iterable[Scenario] = ()
) -> list[tuple[Mutant, MutantWitness]]:
    """Mutants that the scenarios do not notice, each with its witness."""
    trial = MutationTrial(machine, scenarios)
    results = [trial.result(mutant) for mutant in tried]
    return [(result.mutant, result.witness) for result in results if result.witness is not None]


def changes(machine: Machine) -> set[str]:
    """The descriptions of all mutants."""
    return {mutant.change for mutant in all_mutants(machine)}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("data.a < 3", ["data.a <= 3", "data.a < 4", "data.a < 2"]),
        ("data.a == 1 && data.b", ["data.a == 1 || data.b", "data.a != 1 && data.b"]),
        ("!data.a", ["data.a"]),
        ("true", ["false"]),
        ("{'a': 1}", ['{"a": 2}', '{"a": 0}']),
        ("data.a + data.b * 2", ["data.a - data.b * 2", "data.a + data.b * 3"]),
    ],
)
def test_an_expression_varies_in_one_place_at_a_time(source: str, expected: list[str]) -> None:
    """Each mutant of an expression changes one operator, boundary or constant."""
    assert set(expected) <= set(variants(source))


def test_a_guard_is_negated_too() -> None:
    """One of the mutants negates the whole guard."""
    assert "!(data.a < 3)" in variants("data.a < 3", negate=True)


def test_every_part_of_a_definition_is_changed() -> None:
    """Mutants change guards, branches, targets, events, setters, roles and invariants."""
    assert changes(PURSE) >= {
        "Take: drop the guard command.coins <= data.coins",
        "Take: command.coins < data.coins instead of command.coins <= data.coins",
        "Take: drop branch 2",
        "Close: stay instead of going to closed",
        "Close: go to open instead of closed",
        "Put: emit nothing instead of CoinsPut",
        "CoinsPut: drop coins: data.coins + event.coins",
        "CoinsTaken.coins: data.coins + event.coins instead of data.coins - event.coins",
        "Take: allow every role",
    }


def test_a_mutant_is_found_at_its_place_in_the_file() -> None:
    """Mutants have positions, even for a branch without a list and for nested states."""
    machine = machine_of(
        """
        machine: door
        initial: out
        states:
          out:
            initial: shut
            states:
              shut:
                accepts:
                  Open: {guard: data == 3, target: open}
              open: {}
        """.replace("data == 3", "command.key == 3")
    )
    [place] = {mutant.position for mutant in all_mutants(machine) if "drop the guard" in mutant.change}
    line = machine.definition.document.lines[place.line - 1]
    assert line[place.column - 1 :].startswith("command.key == 3")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["door", "order"])
def test_the_scenarios_of_the_examples_notice_every_mutant(name: str) -> None:
    """The examples' scenarios notice every mutant for which the search finds a different decision."""
    machine = SOUND[f"{name}.machine.yaml"]
    left = witnesses(machine, all_mutants(machine), example_file(name).scenarios)
    assert [mutant.change for mutant, _ in left] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(SOUND.keys() - {UNREACHED}))
def test_a_changed_target_of_a_covered_branch_is_noticed(name: str) -> None:
    """The scenarios generated for the machine notice it."""
    machine = SOUND[name]
    scenarios = missing_scenarios(machine, Goals(machine).coverage([])).scenarios
    edits = [edit for edit in possible_edits(machine.definition) if edit.path[-1] == "target"]
    left = witnesses(machine, filter(None, mutants(machine, edits)), scenarios)
    assert [mutant.change for mutant, _ in left] == []


def test_a_scenario_of_the_witness_notices_the_mutant() -> None:
    """It passes for the machine and fails for the mutant."""
    for mutant, found in witnesses(PURSE, all_mutants(PURSE)):
        assert run_scenario(PURSE, found.scenario).passed
        assert is_noticed(mutant, [found.scenario]), mutant.change


def test_dropping_an_invariant_that_the_schema_implies_is_proved_alike() -> None:
    """The schema of the data already implies the invariant."""
    machine = machine_of(
        """
        machine: till
        initial: open
        data: {coins: {type: integer, default: 0, maximum: 5}}
        commands: {Put: {payload: {coins: {type: integer, minimum: 1}}}}
        events: {CoinsPut: {payload: {coins: integer}, set: {coins: data.coins + event.coins}}}
        states: {open: {accepts: {Put: {emit: CoinsPut}}}}
        invariants: [{check: data.coins <= 5}]
        """
    )
    [mutant] = [one for one in all_mutants(machine) if one.change.startswith("drop the invariant")]
    assert MutationTrial(machine, ()).result(mutant).status is MutantStatus.ALIKE


def test_a_witness_expects_unchanged_fields() -> None:
    """A witness expects the unchanged fields that the mutant changes; otherwise it would pass."""
    machine = machine_of(
        """
        machine: request
        initial: open
        data: {approved: {type: boolean, default: false}}
        events: {Rejected: {set: {approved: "false"}}}
        states: {open: {accepts: {Reject: {emit: Rejected, target: done}}}, done: {final: true}}
        """
    )
    [mutant] = [one for one in all_mutants(machine) if "true instead of false" in one.change]
    [(_, found)] = witnesses(machine, [mutant])
    assert found.scenario.then.data == {"approved": False}
    assert is_noticed(mutant, [found.scenario])


def test_a_witness_distinguishes_an_empty_payload_from_a_full_one() -> None:
    """Both machines emit an event with the same name."""
    machine = machine_of(
        """
        machine: door
        initial: shut
        data: {tries: {type: integer, default: 0}}
        commands: {Knock: }
        events: {Knocked: {payload: {loud: boolean}, optional: [loud]}}
        states:
          shut:
            accepts:
              Knock:
                - {guard: data.tries == 0, emit: Knocked}
                - {emit: [{event: Knocked, with: {loud: "true"}}]}
        """
    )
    [mutant] = [one for one in all_mutants(machine) if "!= 0" in one.change]
    [(_, found)] = witnesses(machine, [mutant])
    assert found.scenario.then.events == (ExpectedEvent("Knocked", {}),)


def upcast_mutants() -> list[Mutant]:
    """The mutants of a machine that upcasts an event stored in whole units."""
    return [mutant for mutant in all_mutants(TILL) if mutant.upcast == ("Paid", 1)]


def test_upcasts_are_changed_too() -> None:
    """Each expression of an upcast has mutants."""
    assert {mutant.change for mutant in upcast_mutants()} == {
        "upcast 1 of Paid: drop amount: event.amount * 100",
        "upcast 1 of Paid.amount: event.amount * 101 instead of event.amount * 100",
        "upcast 1 of Paid.amount: event.amount * 99 instead of event.amount * 100",
    }


def test_the_witness_of_a_changed_upcast_is_an_existing_scenario() -> None:
    """The witness is an existing scenario with stricter expectations."""
    found = witnesses(TILL, upcast_mutants(), OLD_PAYMENT)
    assert len(found) == len(upcast_mutants())
    for mutant, witness in found:
        assert witness.scenario.given == OLD_PAYMENT[0].given
        assert is_noticed(mutant, [witness.scenario])


def test_a_changed_upcast_without_a_given_older_event_is_not_tried() -> None:
    """The search does not create events of older versions."""
    today = [replace(OLD_PAYMENT[0], given=(GivenEvent("Paid", {"amount": 3}),))]
    trial = MutationTrial(TILL, today)
    assert {trial.result(mutant).status for mutant in upcast_mutants()} == {MutantStatus.NOT_TRIED}


def test_a_scenario_with_an_impossible_step_notices_the_mutant() -> None:
    """The mutant makes a given step impossible."""
    scenarios = scenarios_of(
        """
        - name: after the end
          given: [{event: PurseClosed}]
          when: {command: Put, data: {coins: 1}}
          then: {refused: FINAL_STATE}
        """
    )
    [mutant] = [one for one in all_mutants(PURSE) if one.change == "Close: stay instead of going to closed"]
    assert is_noticed(mutant, scenarios)


def test_a_sample_is_drawn_by_its_seed() -> None:
    """The same seed draws the same sample, in the order of the definition."""
    possible = possible_edits(PURSE.definition)
    drawn = sample(possible, limit=5, seed=1)
    assert drawn == sample(possible, limit=5, seed=1) != sample(possible, limit=5, seed=2)
    assert drawn == [edit for edit in possible if edit in drawn]


def test_every_edit_has_its_own_identity() -> None:
    """All edits of a definition have different identities, by which reports recognise mutants."""
    tried = possible_edits(PURSE.definition)
    assert len({one.identity for one in tried}) == len(tried)


def test_a_sample_does_not_depend_on_descriptions() -> None:
    """The same seed draws the same mutants after a change of wording."""
    tried = possible_edits(PURSE.definition)
    reworded = [replace(one, change="another description") for one in tried]
    drawn, again = (sample(edits, limit=5, seed=1) for edits in (tried, reworded))
    assert [one.identity for one in drawn] == [one.identity for one in again]
