"""Coverage: the goals that scenarios reach."""

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
    """The coverage of the purse by these scenarios."""
    return Goals(PURSE).coverage(run_scenario(PURSE, scenario) for scenario in scenarios_of(text))


def reached(text: str, kind: CoverageKind) -> set[str]:
    """The descriptions of the reached goals of a kind."""
    return {goal.what for goal in covered(text).reached if goal.kind is kind}


def test_the_outcome_of_a_command_is_covered() -> None:
    """The branch, the guard's result, the state, and given and emitted events and moves."""
    assert reached(TAKE, CoverageKind.STATE) == {"open"}
    assert reached(TAKE, CoverageKind.BRANCH) == {"Take: emit CoinsTaken, stay"}
    assert reached(TAKE, CoverageKind.GUARD) == {"Take: command.coins <= data.coins is true"}
    assert reached(TAKE, CoverageKind.EVENT) == {"CoinsPut", "CoinsTaken"}
    assert reached(TAKE, CoverageKind.MOVE) == {"open -- CoinsPut -> open", "open -- CoinsTaken -> open"}


def test_a_refusal_covers_its_branch_and_the_guards_before_it() -> None:
    """A refusal covers its branch and the guards before it, but no event."""
    assert reached(REFUSED, CoverageKind.REFUSAL) == {"Take: reject TOO_FEW"}
    assert reached(REFUSED, CoverageKind.GUARD) == {"Take: command.coins <= data.coins is false"}
    assert reached(REFUSED, CoverageKind.EVENT) == set()


def test_a_branch_refused_by_an_invariant_is_not_covered() -> None:
    """A branch whose command breaks an invariant is not covered."""
    order = example("order")
    scenarios = [one for one in FILES["order"].scenarios if one.name == "payments cannot exceed the total"]
    coverage = Goals(order).coverage(run_scenario(order, scenario) for scenario in scenarios)
    assert not [goal for goal in coverage.reached if goal.kind is CoverageKind.BRANCH]


def test_no_scenarios_cover_no_goal() -> None:
    """Without scenarios, every goal is missed."""
    coverage = Goals(PURSE).coverage([])
    assert (coverage.percent, coverage.missed) == (0, coverage.goals)


@pytest.mark.parametrize("name", FILES)
def test_the_examples_have_full_coverage(name: str) -> None:
    """The scenarios of the examples pass and cover every goal."""
    machine = example(name)
    results = [run_scenario(machine, scenario) for scenario in FILES[name].scenarios]
    assert [result.scenario.name for result in results if not result.passed] == []
    assert Goals(machine).coverage(results).missed == ()


@pytest.mark.slow
@given(st.data())
def test_more_scenarios_never_cover_less(data: st.DataObject) -> None:
    """Removing scenarios never increases coverage."""
    name = data.draw(st.sampled_from(sorted(FILES)))
    machine, scenarios = SOUND[f"{name}.machine.yaml"], FILES[name].scenarios
    some = data.draw(st.sets(st.sampled_from(range(len(scenarios)))))
    results = [run_scenario(machine, scenario) for scenario in scenarios]
    goals = Goals(machine)
    fewer = goals.coverage(results[number] for number in some)
    assert fewer.reached <= goals.coverage(results).reached


def test_goals_at_one_place_have_different_identities() -> None:
    """Both results of a guard and all moves of a state have different identities in reports."""
    several = [goal for goal in Goals(PURSE).all if goal.kind in (CoverageKind.GUARD, CoverageKind.MOVE)]
    assert len({goal.identity for goal in several}) == len(several)
