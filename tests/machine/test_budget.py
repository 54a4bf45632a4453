"""The cost of a command is limited: the same number of steps everywhere, and a few seconds at most."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from statewright.language.cel import Budget
from statewright.language.cel.runtime.values import DECISION_STEPS_MAX, STEPS_MAX
from statewright.machine.evolve import replay
from statewright.machine.messages import Accepted, Event, Invalid, InvalidKind, Rejected
from tests.given import command, machine_of, when

SECONDS_MAX = 10.0  # processor time; about two on an idle machine
TOO_COSTLY = Invalid(InvalidKind.TOO_COSTLY, f"the decision takes more than {DECISION_STEPS_MAX:,} steps")

PAYLOAD = """
    xs: {type: array, items: {type: integer}}
    ss: {type: array, items: {type: string}}
    rows: {type: array, items: {type: array, items: {type: integer}}}
    n: integer
"""


def guarded(*guards: str) -> str:
    """Return a machine whose only command has a branch for each guard."""
    branches = "".join(f"        - {{guard: {json.dumps(guard)}, emit: Gone}}\n" for guard in guards)
    return f"""
machine: m
initial: a
commands:
  Go: {{payload: {{{", ".join(PAYLOAD.strip().splitlines())}}}}}
events: {{Gone: {{payload: {{}}}}}}
states:
  a:
    accepts:
      Go:
{branches}"""


def checked(schema: str) -> str:
    """Return a machine that only validates its payload."""
    accepts = "{accepts: {Go: {emit: []}}}"
    return (
        f"machine: m\ninitial: a\ncommands: {{Go: {{payload: {{xs: {schema}}}}}}}\nstates: {{a: {accepts}}}\n"
    )


def emitting(count: int, *, setter: str = "0") -> str:
    """Return a machine that emits a number of events with the whole payload."""
    return f"""
machine: m
initial: a
data:
  n: {{type: integer, default: 0}}
  many: {{type: array, items: {{type: integer}}, default: {[1] * 90}}}
events: {{Gone: {{payload: {{xs: {{type: array, items: {{type: integer}}}}}}, set: {{n: "{setter}"}}}}}}
states: {{a: {{accepts: {{Go: {{emit: [{", ".join(["Gone"] * count)}]}}}}}}}}
"""


def payload(**given: Any) -> dict[str, Any]:
    return {"xs": [], "ss": [], "rows": [], "n": 0, **given}


LOOKED_THROUGH = tuple(f"command.xs.exists(x, x == -{number})" for number in range(1, 21))


@pytest.mark.parametrize(
    ("more", "items", "code"),
    [
        ((), STEPS_MAX - 1, "GUARD_FAILED"),
        (("command.n == 5",), STEPS_MAX - 1, "INVALID"),
        ((), STEPS_MAX, "INVALID"),
    ],
)
def test_the_budget_of_a_decision_is_exact(more: tuple[str, ...], items: int, code: str) -> None:
    """Twenty guards that loop over a list use all of it; one more step is refused."""
    machine = machine_of(guarded(*LOOKED_THROUGH, *more))
    verdict = when(machine, machine.initial, command("Go", payload(xs=[0] * items)))
    assert (verdict.code if isinstance(verdict, Rejected) else "INVALID") == code
    assert isinstance(verdict, Rejected) or verdict == TOO_COSTLY


ALL_PAIRS = "command.xs.all(x, command.xs.all(y, x + y != -{}))"
NESTED = [f"{ALL_PAIRS.format(number)} && command.n == 1" for number in range(1, 31)]
TIMES = "timestamp('2026-01-01T00:00:00Z') < now && timestamp(string(now)) <= now"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("definition", "data"),
    [
        pytest.param(guarded(*NESTED), payload(xs=[1] * 99), id="nested macros"),
        pytest.param(
            guarded(
                *(f"command.xs.all(x, command.xs.all(y, {TIMES})) && command.n == {n}" for n in range(1, 31))
            ),
            payload(xs=[1] * 99),
            id="conversions",
        ),
        pytest.param(
            guarded(
                *(
                    f"command.xs.all(x, command.rows == command.rows) && command.n == {n}"
                    for n in range(1, 31)
                )
            ),
            payload(xs=[1] * 20, rows=[[1] * 63] * 90),
            id="comparisons",
        ),
        pytest.param(
            guarded(
                *(
                    f"!command.ss.exists(s, s.matches('(?:x|y|xx){{0,900}}z')) && command.n == {n}"
                    for n in range(1, 99)
                )
            ),
            payload(ss=["x" * 1_000] * 2),
            id="matches",
        ),
        pytest.param(
            checked("{type: array, items: {type: string, pattern: '^(?:[ab]{0,30}a[ab]{0,30}){1,30}$'}}"),
            {"xs": ["ab" * 500] * 240},
            id="patterns",
        ),
        pytest.param(
            checked(f"{{type: array, items: {{enum: {[*range(1000)]}, type: integer}}}}"),
            {"xs": [999] * 60_000},
            id="choices",
        ),
        pytest.param(
            checked(f"{{type: array, items: {{enum: {json.dumps([[n, {'a': n}] for n in range(900)])}}}}}"),
            {"xs": [[899, {"a": 899}]] * 500},
            id="choices with parts",
        ),
        pytest.param(emitting(5_000), {"xs": [1] * 80_000}, id="events with many values"),
        pytest.param(emitting(5_000), {"xs": [10**17] * 13_000}, id="events with long text"),
        pytest.param(
            emitting(100, setter="data.many.filter(x, data.many.all(y, x == y)).size()"),
            {"xs": []},
            id="setters",
        ),
    ],
)
def test_no_command_takes_long(definition: str, data: dict[str, Any]) -> None:
    """Every definition that multiplies work makes the command invalid within the time limit."""
    machine = machine_of(definition)
    sent = command("Go", data)
    started = time.process_time()
    assert when(machine, machine.initial, sent) == TOO_COSTLY
    assert time.process_time() - started < SECONDS_MAX


def test_a_logical_operator_does_not_hide_an_exhausted_budget() -> None:
    """`||` can hide an ordinary failure of an operand, but not an exhausted budget."""
    swallowing = [f"{guard} || command.n == 0" for guard in LOOKED_THROUGH]
    machine = machine_of(guarded(*(f"({guard}) && command.n == 1" for guard in swallowing)))
    assert when(machine, machine.initial, command("Go", payload(xs=[0] * STEPS_MAX))) == TOO_COSTLY


@pytest.mark.slow
def test_a_large_message_is_within_the_budget() -> None:
    """Fifty thousand small values, validated, copied to an event and stored: 200 KB."""
    bounded = "{xs: {type: array, items: {type: integer, minimum: 0}}}"
    machine = machine_of(f"""
        machine: m
        initial: a
        data: {{xs: {{type: array, items: {{type: integer, minimum: 0}}, default: []}}}}
        commands: {{Go: {{payload: {bounded}}}}}
        events: {{Gone: {{payload: {bounded}, set: {{xs: event.xs}}}}}}
        states: {{a: {{accepts: {{Go: {{emit: Gone}}}}}}}}
    """)
    assert isinstance(when(machine, machine.initial, command("Go", {"xs": [100] * 50_000})), Accepted)


def test_replay_has_no_budget() -> None:
    """Replay has no budget, so a long stream is folded."""
    machine = machine_of(emitting(1, setter="data.many.filter(x, data.many.all(y, x == y)).size()"))
    events = [Event("Gone", {"xs": []}, "a")] * 60
    assert replay(machine, machine.initial, events).data["n"] == 90


@pytest.mark.parametrize(
    "data", [{"xs": [500, 600], "names": ["ada"]}, {"xs": [500], "names": ["ada", "bob"]}]
)
def test_the_outcome_does_not_depend_on_cached_state(data: dict[str, Any]) -> None:
    """Unchanged data costs no steps, whether it is the same object or was loaded again."""
    machine = machine_of("""
        machine: m
        initial: a
        data:
          xs: {type: array, minItems: 0, items: {type: integer, minimum: 0}, default: []}
          names: {type: array, items: {type: string, pattern: '^[a-z]+$'}, default: []}
        states: {a: {}}
    """)
    spent = []
    for before in (data, json.loads(json.dumps(data))):
        budget = Budget()
        after = {**data, "xs": [*data["xs"], 700]}
        machine.data_payload.conform(after, checked=before, budget=budget)
        spent.append(budget.steps_max - budget.steps_left)
    assert spent == [2, 2]
