"""What counts as covered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statewright.scenarios.coverage import Coverage, CoverageKind, Goals
from statewright.scenarios.running import run_scenario
from tests.given import example
from tests.scenarios.machines import PURSE, SOUND, example_file, scenarios_of

TAKE = """
- name: a purse gives what it holds
  given: [{event: CoinsPut, data: {coins: 5}}]
  when: {command: Take, data: {coins: 3}, actor: {roles: [owner]}}
  then: {state: open}
"""
REFUSED = """
- name: a purse gives no more than it holds
  when: {command: Take, data: {coins: 3}, actor: {roles: [owner]}}
  then: {refused: TOO_FEW}
"""
FILES = {name: example_file(name) for name in ("account", "door", "order")}


def covered(text: str) -> Coverage:
    """By the purse's scenarios in this list."""
    return Goals(PURSE).coverage(run_scenario(PURSE, scenario) for scenario in scenarios_of(text))


def reached(text: str, kind: CoverageKind) -> set[str]:
    """What is covered of a kind, in words."""
    return {goal.what for goal in covered(text).reached if goal.kind is kind}


def test_what_a_command_leads_to_is_covered() -> None:
    """The branch, the guard's side, the state; the events and moves, given ones too."""
    assert reached(TAKE, CoverageKind.STATE) == {"open"}
    assert reached(TAKE, CoverageKind.BRANCH) == {"Take: emit CoinsTaken, stay"}
    assert reached(TAKE, CoverageKind.GUARD) == {"Take: command.coins <= data.coins is true"}
    assert reached(TAKE, CoverageKind.EVENT) == {"CoinsPut", "CoinsTaken"}
    assert reached(TAKE, CoverageKind.MOVE) == {"open -- CoinsPut -> open", "open -- CoinsTaken -> open"}


def test_a_refusal_covers_its_branch_and_the_guards_before_it() -> None:
    """It stores nothing, so no event is covered."""
    assert reached(REFUSED, CoverageKind.REFUSAL) == {"Take: reject TOO_FEW"}
    assert reached(REFUSED, CoverageKind.GUARD) == {"Take: command.coins <= data.coins is false"}
    assert reached(REFUSED, CoverageKind.EVENT) == set()


def test_a_branch_whose_outcome_an_invariant_refused_is_not_covered() -> None:
    """What it does has not been seen."""
    order = example("order")
    scenarios = [one for one in FILES["order"].scenarios if one.name == "payments cannot exceed the total"]
    coverage = Goals(order).coverage(run_scenario(order, scenario) for scenario in scenarios)
    assert not [goal for goal in coverage.reached if goal.kind is CoverageKind.BRANCH]


def test_nothing_is_covered_by_nothing() -> None:
    """And everything that there is, is missed."""
    coverage = Goals(PURSE).coverage([])
    assert (coverage.percent, coverage.missed) == (0, coverage.goals)


@pytest.mark.parametrize("name", FILES)
def test_the_examples_are_covered_whole(name: str) -> None:
    """Every scenario of theirs passes, too."""
    machine = example(name)
    results = [run_scenario(machine, scenario) for scenario in FILES[name].scenarios]
    assert [result.scenario.name for result in results if not result.passed] == []
    assert Goals(machine).coverage(results).missed == ()


@pytest.mark.slow
@given(st.data())
def test_more_scenarios_never_cover_less(data: st.DataObject) -> None:
    """Whichever are taken away."""
    name = data.draw(st.sampled_from(sorted(FILES)))
    machine, scenarios = SOUND[f"{name}.machine.yaml"], FILES[name].scenarios
    some = data.draw(st.sets(st.sampled_from(range(len(scenarios)))))
    results = [run_scenario(machine, scenario) for scenario in scenarios]
    goals = Goals(machine)
    fewer = goals.coverage(results[number] for number in some)
    assert fewer.reached <= goals.coverage(results).reached
