"""Scenarios that are written by a search."""

from __future__ import annotations

import json

import pytest

from statewright.machine.compiled import Machine
from statewright.scenarios.coverage import Goals
from statewright.scenarios.generating import Generated, missing_scenarios
from statewright.scenarios.mutants import mutants, possible_edits, sample
from statewright.scenarios.reading import read_scenarios
from statewright.scenarios.running import run_scenario
from statewright.scenarios.writing import appended_text, file_text
from tests.given import machine_of
from tests.scenarios.machines import PURSE, SOUND, scenarios_of

TAKE = """
- name: Take by owner in open emits CoinsTaken
  given: [{event: CoinsPut, data: {coins: 5}}]
  when: {command: Take, data: {coins: 3}, actor: {roles: [owner]}}
  then: {state: open}
"""


def generated(machine: Machine) -> Generated:
    """For a machine without scenarios."""
    return missing_scenarios(machine, Goals(machine).coverage([]))


@pytest.mark.parametrize("name", SOUND)
def test_generated_scenarios_pass_and_cover_what_was_reached(name: str) -> None:
    """For every sound definition of the repository."""
    machine = SOUND[name]
    made = generated(machine)
    results = [run_scenario(machine, scenario) for scenario in made.scenarios]
    assert [result.scenario.name for result in results if not result.passed] == []
    assert Goals(machine).coverage(results).missed == made.unreached


@pytest.mark.parametrize("name", ["account", "door", "order"])
def test_generated_scenarios_reach_everything_in_the_examples(name: str) -> None:
    """Within the search's bound."""
    assert generated(SOUND[f"{name}.machine.yaml"]).unreached == ()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_generated_scenarios_of_changed_machines_pass_too(seed: int) -> None:
    """Mutants serve as machines that nobody thought of."""
    for machine in (PURSE, SOUND["order.machine.yaml"]):
        drawn = sample(possible_edits(machine.definition), limit=10, seed=seed)
        for mutant in filter(None, mutants(machine, drawn)):
            made = missing_scenarios(mutant.machine, Goals(mutant.machine).coverage([]), decisions_max=500)
            assert all(run_scenario(mutant.machine, scenario).passed for scenario in made.scenarios)


@pytest.mark.parametrize("name", SOUND)
def test_what_is_written_reads_back_as_the_same_scenarios(name: str) -> None:
    """In the form of a whole file."""
    made = generated(SOUND[name])
    if made.scenarios:
        text = file_text(SOUND[name].name, made.scenarios)
        assert read_scenarios(text.encode(), "x.scenarios.yaml").scenarios == made.scenarios


def test_only_what_is_missing_is_written() -> None:
    """A name that is taken gets a number."""
    taken = scenarios_of(TAKE)
    covered = Goals(PURSE).coverage(run_scenario(PURSE, scenario) for scenario in taken)
    made = missing_scenarios(PURSE, covered, names=["Put in open emits CoinsPut"])
    names = [scenario.name for scenario in made.scenarios]
    assert "Put in open emits CoinsPut (2)" in names
    assert not any("CoinsTaken" in name for name in names)


def test_a_search_says_the_same_each_time() -> None:
    """No order depends on a hash."""
    assert generated(PURSE) == generated(PURSE)


def test_what_cannot_be_reached_is_listed() -> None:
    """A branch whose guard no value fulfils."""
    made = generated(
        machine_of(
            """
            machine: lock
            initial: shut
            commands: {Turn: {payload: {key: {type: string, maxLength: 3}}}}
            states:
              shut:
                accepts:
                  Turn:
                    - {guard: size(command.key) > 9, emit: Turned, target: gone}
                    - {reject: WRONG_KEY}
              gone: {final: true}
            """
        )
    )
    assert "Turn: emit Turned, go to gone" in {goal.what for goal in made.unreached}


@pytest.mark.parametrize("written", ["- ", "      - "])
def test_appended_scenarios_are_indented_like_the_others(written: str) -> None:
    """The file reads as it did, with more at its end."""
    entry = f"{written}{{name: it closes, when: {{command: Close}}, then: {{state: closed}}}}"
    file = read_scenarios(f"machine: purse\nscenarios:\n{entry}\n\n".encode(), "purse.scenarios.yaml")
    again = read_scenarios(appended_text(file, scenarios_of(TAKE)).encode(), "purse.scenarios.yaml")
    assert again.scenarios == (*file.scenarios, *scenarios_of(TAKE))


HOSTILE = [
    "no",
    "12:30",
    "a: b # c",
    '"',
    "\u2028\x85\x07",
    "- x",
    " x ",
    "😀",
    "null",
    "~",
    "0x1F",
    "\ufeff",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_survive_the_way_through_a_file(text: str) -> None:
    """Quotes, line breaks, what YAML might take for something else."""
    when = {"command": text, "data": {text: [text, 1, 1.5, True, None]}, "actor": {"roles": [text]}}
    written = {"scenarios": [{"name": text, "when": when, "then": {"refused": text}}]}
    scenarios = read_scenarios(json.dumps(written).encode(), "p.scenarios.json").scenarios
    assert read_scenarios(file_text("p", scenarios).encode(), "p.scenarios.yaml").scenarios == scenarios


@pytest.mark.parametrize(
    "field", ["{type: string, minLength: 3000000000}", "{type: array, minItems: 3000000000}"]
)
def test_a_value_that_must_be_enormous_is_not_made(field: str) -> None:
    """What it would have covered is left over."""
    machine = machine_of(
        f"""
        machine: shelf
        initial: open
        commands: {{Put: {{payload: {{thing: {field}}}}}}}
        states: {{open: {{accepts: {{Put: open}}}}}}
        """
    )
    assert "Put: emit Put, go to open" in {goal.what for goal in generated(machine).unreached}
