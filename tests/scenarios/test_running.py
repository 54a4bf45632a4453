"""Scenarios run through the real decide and evolve."""

from __future__ import annotations

import pytest

from statewright.scenarios.judging import NOTHING, Mismatch
from statewright.scenarios.running import ScenarioResult
from tests.given import machine_of
from tests.scenarios.machines import result_of

TAKE = """
- name: a purse gives what it holds
  given: [{event: CoinsPut, data: {coins: 5}}]
  when: {command: Take, data: {coins: 3}, actor: {id: ada, roles: [owner]}}
  then: {THEN}
"""


def mismatches(then: str) -> tuple[Mismatch, ...]:
    """The mismatches of the scenario above with this expectation."""
    return result_of(TAKE.replace("{THEN}", then)).mismatches


@pytest.mark.parametrize(
    "then",
    [
        "{events: [CoinsTaken]}",
        "{events: [{event: CoinsTaken, data: {coins: 3}}], state: open, data: {coins: 2}}",
        "{data: {coins: 2.0}}",
        "{state: open}",
    ],
)
def test_a_scenario_passes_if_all_expectations_hold(then: str) -> None:
    """Other values are not compared; 2 and 2.0 are the same JSON number."""
    assert mismatches(then) == ()


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        ("{events: []}", Mismatch("events", NOTHING, "CoinsTaken")),
        ("{events: [CoinsPut]}", Mismatch("events", "CoinsPut", "CoinsTaken")),
        (
            "{events: [{event: CoinsTaken, data: {coins: 4}}]}",
            Mismatch("events", 'CoinsTaken {"coins":4}', 'CoinsTaken {"coins":3}'),
        ),
        ("{state: closed}", Mismatch("state", "closed", "open")),
        ("{data: {coins: 3}}", Mismatch("data.coins", "3", "2")),
        ("{data: {coins: true}}", Mismatch("data.coins", "true", "2")),
        ("{refused: TOO_FEW}", Mismatch("outcome", "refused: TOO_FEW", "accepted")),
        ("{invalid: true}", Mismatch("outcome", "invalid", "accepted")),
    ],
)
def test_a_mismatch_has_both_values(then: str, expected: Mismatch) -> None:
    """Each differing part gives a mismatch with the expected and the actual value."""
    assert mismatches(then) == (expected,)


@pytest.mark.parametrize(
    ("when", "then"),
    [
        ("{command: Take, data: {coins: 1}, actor: {roles: [owner]}}", "{refused: TOO_FEW}"),
        (
            "{command: Take, data: {coins: 1}, actor: {roles: [owner]}}",
            "{refused: {code: TOO_FEW, message: There is not that much in it.}}",
        ),
        ("{command: Take, data: {coins: 1}}", "{refused: NOT_AUTHORIZED, state: open, data: {coins: 0}}"),
        ("{command: Put, data: {coins: 1}, expected_version: 3}", "{refused: VERSION_MISMATCH}"),
        ("{command: Put, data: {coins: 0}}", "{invalid: data.coins}"),
        ("{command: Put, data: {coins: 0}}", "{invalid: true}"),
    ],
)
def test_refusals_and_invalid_commands_are_expected_by_name(when: str, then: str) -> None:
    """A scenario can expect a refusal by code, by code and message, or by the invalid field."""
    assert result_of(f"- {{name: refused, when: {when}, then: {then}}}").passed


@pytest.mark.parametrize(
    "then", ["{refused: OTHER}", "{refused: {code: TOO_FEW, message: Other.}}", "{invalid: data.coins}"]
)
def test_another_refusal_than_the_expected_one_fails(then: str) -> None:
    """The mismatch shows the actual code and message."""
    when = "{command: Take, data: {coins: 1}, actor: {roles: [owner]}}"
    result = result_of(f"- {{name: refused, when: {when}, then: {then}}}")
    assert [mismatch.got for mismatch in result.mismatches] == [
        "refused: TOO_FEW, There is not that much in it."
    ]


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ("{event: CoinsPut, data: {coins: many}}", "coins: must be an integer, not a string"),
        ("{event: CoinsPut}", "coins: is missing"),
        ("{command: Take, data: {coins: 1}, actor: {roles: [owner]}}", '"Take" is refused: TOO_FEW'),
    ],
)
def test_an_impossible_given_step_breaks_the_scenario(step: str, reason: str) -> None:
    """The reason has the step's number and place."""
    result = result_of(
        f"- {{name: broken, given: [{step}], when: {{command: Close}}, then: {{state: closed}}}}"
    )
    assert result.broken is not None
    assert result.broken.reason.startswith(f"given step 1 is impossible: {reason}")
    assert result.broken.path == ("scenarios", 0, "given", 0)


def test_a_given_event_without_a_transition_breaks_the_scenario() -> None:
    """A final state has no transitions."""
    result = result_of(
        """
        - name: after the end
          given: [{event: PurseClosed}, {event: PurseClosed}]
          when: {command: Close}
          then: {refused: FINAL_STATE}
        """
    )
    assert result.broken is not None
    assert 'has no transition for event "PurseClosed" in state "closed"' in result.broken.reason


def test_given_commands_count_as_the_events_that_they_emit() -> None:
    """Given commands run in order, each with its own actor, and count as their events."""
    result = result_of(
        """
        - name: in and out
          given:
            - {command: Put, data: {coins: 2}}
            - {command: Take, data: {coins: 2}, actor: {roles: [owner]}}
          when: {command: Close, expected_version: 2}
          then: {state: closed}
        """
    )
    assert result.passed
    assert result.moves == (("open", "CoinsPut"), ("open", "CoinsTaken"))


PAYMENTS = machine_of(
    """
    machine: payments
    initial: open
    data: {cents: {type: integer, default: 0}}
    events:
      Paid:
        version: 2
        payload: {cents: integer}
        upcast: {1: {cents: event.euros * 100}}
        set: {cents: data.cents + event.cents}
    states: {open: {accepts: {Pay: {emit: Paid}}}}
    """
)


def paid(step: str) -> ScenarioResult:
    """The result of paying 5 more cents after this event."""
    return result_of(
        f"""
        - name: it adds up
          given: [{step}]
          when: {{command: Pay, data: {{cents: 5}}}}
          then: {{data: {{cents: 305}}}}
        """,
        PAYMENTS,
    )


@pytest.mark.parametrize(
    "step", ["{event: Paid, data: {euros: 3}, version: 1}", "{event: Paid, data: {cents: 300}}"]
)
def test_an_event_of_an_older_version_is_upcast(step: str) -> None:
    """Without a version the payload is current."""
    assert paid(step).passed


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ("{event: Paid, data: {cents: 3}, version: 1}", "the upcast from version 1 fails"),
        ("{event: Paid, data: {cents: 3}, version: 3}", 'knows event "Paid" up to version 2'),
        ("{event: Paid, data: {euros: 3}}", "unknown field"),
    ],
)
def test_a_given_event_that_does_not_fit_its_version_breaks_the_scenario(step: str, reason: str) -> None:
    """The reason belongs to the impossible step."""
    broken = paid(step).broken
    assert broken is not None
    assert reason in broken.reason


@pytest.mark.parametrize(
    ("given", "passes"), [("2027-01-01T00:00:00Z", True), ("2026-01-01T00:00:00Z", False)]
)
def test_a_command_is_not_decided_before_given_commands(given: str, passes: bool) -> None:
    """A command is decided no earlier than its given commands, as in the handler."""
    machine = machine_of(
        "machine: m\ninitial: a\n"
        "states: {a: {accepts: {Go: [{guard: \"now >= timestamp('2027-01-01T00:00:00Z')\", emit: Late}, "
        "{emit: Early}]}}}"
    )
    text = f"""
- name: the first command sets the time
  given: [{{command: Go, at: '{given}'}}]
  when: {{command: Go, at: '2026-06-01T00:00:00Z'}}
  then: {{events: [Late]}}
"""
    assert result_of(text, machine).passed is passes
