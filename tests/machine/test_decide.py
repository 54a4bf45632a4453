"""Decide: the verdict on a command, and the order of the checks."""

from __future__ import annotations

from typing import Any

import pytest

from statewright.machine.messages import Accepted, BranchResult, Invalid, Rejected
from tests.given import command, example, given, machine_of, when

ORDER = example("order")
ACCOUNT = example("account")
PLACED = command("PlaceOrder", {"total": 1000})
TELLER = ("teller",)


def rejected(verdict: object) -> Rejected:
    assert isinstance(verdict, Rejected), verdict
    return verdict


def accepted(verdict: object) -> Accepted:
    assert isinstance(verdict, Accepted), verdict
    return verdict


def account(*commands: Any) -> Any:
    return given(ACCOUNT, command("Open", {"owner": "Ada"}, roles=TELLER), *commands)


def test_an_accepted_command_emits_its_event_with_the_fields_of_the_same_name() -> None:
    """The event also records its move."""
    verdict = accepted(when(ORDER, ORDER.initial, PLACED))
    [event] = verdict.events
    assert (event.type, event.data, event.leaf, event.entered) == (
        "OrderPlaced",
        {"total": 1000},
        "awaiting_payment",
        "awaiting_payment",
    )
    assert verdict.state.data == {"total": 1000, "paid": 0}
    assert verdict.state.version == 1


def test_the_first_branch_that_holds_wins() -> None:
    """A partial payment stays; the one that completes the sum enters the first leaf of the composite."""
    state = given(ORDER, PLACED, command("Pay", {"amount": 400}, roles=("clerk",)))
    assert state.leaf == "awaiting_payment"
    verdict = accepted(when(ORDER, state, command("Pay", {"amount": 600}, roles=("clerk",))))
    assert [event.type for event in verdict.events] == ["OrderPaid"]
    assert (verdict.state.leaf, verdict.events[0].entered) == ("fulfilment.picking", "fulfilment")


def test_the_initial_state_is_not_touched() -> None:
    """A decision never changes the given state."""
    before = dict(ORDER.initial.data)
    when(ORDER, ORDER.initial, PLACED)
    assert ORDER.initial.data == before


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({}, "data.total: "),
        ({"total": "7"}, "data.total: "),
        ({"total": True}, "data.total: "),
        ({"total": -1}, "data.total: "),
        ({"total": 1, "totl": 1}, 'data: unknown field "totl"'),
        ({"total": 2**63}, "data.total: "),
    ],
)
def test_a_payload_that_violates_its_schema_is_invalid_and_the_reason_names_the_field(
    data: dict[str, Any], reason: str
) -> None:
    """Validation comes before every business rule."""
    verdict = when(ORDER, ORDER.initial, command("PlaceOrder", data))
    assert isinstance(verdict, Invalid)
    assert verdict.reason.startswith(reason)
    assert not verdict.unknown


def test_an_integral_number_becomes_an_integer() -> None:
    """JSON does not distinguish 5.0 and 5, so the declared type decides."""
    verdict = accepted(when(ORDER, ORDER.initial, command("PlaceOrder", {"total": 5.0})))
    assert repr(verdict.events[0].data) == "{'total': 5}"


def test_an_unknown_command_is_invalid_for_now() -> None:
    """A newer definition may declare it; the most similar name is suggested."""
    verdict = when(ORDER, ORDER.initial, command("PlaceOrdr"))
    assert isinstance(verdict, Invalid)
    assert verdict.unknown
    assert 'did you mean "PlaceOrder"?' in verdict.reason


@pytest.mark.parametrize(("expected", "code"), [(0, None), (1, "VERSION_MISMATCH"), (7, "VERSION_MISMATCH")])
def test_the_expected_version_is_checked_before_business_rules(expected: int, code: str | None) -> None:
    """A wrong expected version is rejected first; 0 means that the aggregate must not exist."""
    verdict = when(ORDER, ORDER.initial, command("PlaceOrder", {"total": 5}, expected_version=expected))
    assert (verdict.code if isinstance(verdict, Rejected) else None) == code


def test_a_final_state_accepts_nothing() -> None:
    """FINAL_STATE is distinct from NOT_ACCEPTED."""
    state = given(ORDER, PLACED, command("ExpirePayment"))
    assert rejected(when(ORDER, state, command("Pack"))).code == "FINAL_STATE"


def test_a_refusal_lists_the_accepted_commands() -> None:
    """The sender sees which commands are possible."""
    refusal = rejected(when(ORDER, given(ORDER, PLACED), command("Pack")))
    assert refusal.code == "NOT_ACCEPTED"
    assert refusal.accepts_now == ("Cancel", "ExpirePayment", "Pay")


def test_a_commands_roles_are_checked_before_its_branches() -> None:
    """No actor means no roles."""
    refusal = rejected(when(ORDER, given(ORDER, PLACED), command("Pay", {"amount": 1})))
    assert refusal.code == "NOT_AUTHORIZED"
    assert refusal.trace == ()


def test_an_authors_refusal_has_its_code_and_message() -> None:
    """The refusing branch is the last of the trace."""
    refusal = rejected(when(ORDER, ORDER.initial, command("PlaceOrder", {"total": 0})))
    assert (refusal.code, refusal.message) == ("NOTHING_TO_PAY", "An empty order cannot be placed.")
    assert refusal.trace[-1].result is BranchResult.CHOSEN


def test_a_nested_list_replaces_its_parents() -> None:
    """Cancel is inherited by picking and packed, and refused by shipped."""
    paid = given(ORDER, PLACED, command("Pay", {"amount": 1000}, roles=("clerk",)))
    cancel = command("Cancel", {"reason": "late"})
    assert accepted(when(ORDER, paid, cancel)).state.leaf == "cancelled"
    shipped = given(
        ORDER, PLACED, command("Pay", {"amount": 1000}, roles=("clerk",)), command("Pack"), command("Ship")
    )
    assert rejected(when(ORDER, shipped, cancel)).code == "ALREADY_SHIPPED"


def test_a_refusal_shows_each_guard_with_the_values_it_saw() -> None:
    """The trace explains GUARD_FAILED."""
    machine = machine_of("""
        machine: m
        initial: a
        data: {limit: {type: integer, default: 3}}
        commands: {Go: {payload: {n: integer}}}
        states:
          a: {accepts: {Go: {guard: command.n < data.limit, target: b}}}
          b: {final: true}
    """)
    refusal = rejected(when(machine, machine.initial, command("Go", {"n": 5})))
    assert refusal.code == "GUARD_FAILED"
    [trace] = refusal.trace
    assert (trace.guard, trace.result) == ("command.n < data.limit", BranchResult.GUARD_FALSE)
    assert trace.saw == {"command.n": 5, "data.limit": 3}


def test_a_branch_whose_role_is_missing_is_skipped() -> None:
    """The owner has a limit, a teller does not."""
    rich = account(command("Deposit", {"amount": 500_000}))
    payload = {"amount": 200_000}
    assert rejected(when(ACCOUNT, rich, command("Withdraw", payload, roles=("owner",)))).code == "OVER_LIMIT"
    assert accepted(when(ACCOUNT, rich, command("Withdraw", payload, roles=TELLER)))


def test_a_missing_role_takes_precedence_over_a_false_guard() -> None:
    """NOT_AUTHORIZED takes precedence over GUARD_FAILED if a branch was skipped for a role."""
    machine = machine_of("""
        machine: m
        initial: a
        states:
          a: {accepts: {Go: [{roles: [boss], target: b}, {guard: command.n > 1, emit: Other}]}}
          b: {final: true}
    """)
    assert rejected(when(machine, machine.initial, command("Go", {"n": 1}))).code == "NOT_AUTHORIZED"


def test_a_guard_without_a_value_is_a_refusal_and_never_false() -> None:
    """The search for a branch stops at the failing guard."""
    machine = machine_of("""
        machine: m
        initial: a
        states:
          a: {accepts: {Go: [{guard: command.n / command.m > 1, target: b}, {target: b, emit: Other}]}}
          b: {final: true}
    """)
    refusal = rejected(when(machine, machine.initial, command("Go", {"n": 1, "m": 0})))
    assert refusal.code == "EXPRESSION_ERROR"
    assert len(refusal.trace) == 1
    assert refusal.trace[0].result is BranchResult.GUARD_ERROR


def test_an_invariant_that_breaks_refuses_the_command_with_its_message() -> None:
    """Payments cannot exceed the total."""
    refusal = rejected(when(ORDER, given(ORDER, PLACED), command("Pay", {"amount": 1001}, roles=("clerk",))))
    assert (refusal.code, refusal.message) == ("INVARIANT_VIOLATED", "An order cannot be overpaid.")


def test_the_data_after_the_fold_must_fit_their_schemas() -> None:
    """A release cannot exceed the held amount; the refusal names the field."""
    refusal = rejected(when(ACCOUNT, account(), command("Release", {"amount": 1}, roles=TELLER)))
    assert refusal.code == "INVARIANT_VIOLATED"
    assert refusal.message.startswith("data.held: ")


def test_several_events_fold_in_order_and_only_the_last_moves() -> None:
    """Capture ends the hold and withdraws the money in one commit."""
    held = account(command("Deposit", {"amount": 500}), command("Hold", {"amount": 300}, roles=("owner",)))
    verdict = accepted(when(ACCOUNT, held, command("Capture", {"amount": 200}, roles=TELLER)))
    assert [event.type for event in verdict.events] == ["HoldReleased", "MoneyWithdrawn"]
    assert verdict.events[1].data == {"amount": 200, "at": "2026-11-23T12:00:00Z"}
    assert (verdict.state.data["balance"], verdict.state.data["held"]) == (300, 100)
    assert verdict.state.version == held.version + 2


def test_emit_nothing_accepts_without_an_event() -> None:
    """The limit is already as requested."""
    verdict = accepted(when(ACCOUNT, account(), command("SetLimit", {"limit": 100_000}, roles=("manager",))))
    assert verdict.events == ()
    assert verdict.state.version == 1


def test_a_branchs_setting_for_refusals_is_passed_on() -> None:
    """The handler carries out `on_refusal`."""
    refusal = rejected(when(ACCOUNT, account(), command("Hold", {"amount": 1}, roles=("owner",))))
    assert (refusal.code, refusal.on_refusal) == ("INSUFFICIENT_FUNDS", "record")


def test_a_minimal_definition_runs() -> None:
    """Without catalogues any payload is valid, and the event has the name of the command."""
    door = example("door")
    verdict = accepted(when(door, door.initial, command("Open", {"by": "Ada"})))
    assert (verdict.events[0].type, verdict.events[0].data) == ("Open", {"by": "Ada"})
    assert verdict.state.leaf == "open"


def test_a_default_is_filled_in_before_guards() -> None:
    """An optional command field with a default is always present."""
    machine = machine_of("""
        machine: m
        initial: a
        commands: {Go: {payload: {n: {type: integer, default: 7}}, optional: [n]}}
        events: {Gone: {payload: {n: integer}}}
        states:
          a: {accepts: {Go: {guard: command.n == 7, emit: Gone, target: b}}}
          b: {final: true}
    """)
    assert accepted(when(machine, machine.initial, command("Go"))).events[0].data == {"n": 7}


RENAMED_FIELD = machine_of("""
    machine: m
    initial: a
    commands: {Count: {payload: {amount: {type: integer, renamed_from: [n]}}}}
    events: {Counted: {payload: {amount: integer}}}
    states: {a: {accepts: {Count: {emit: Counted}}}}
""")


@pytest.mark.parametrize("name", ["n", "amount"])
def test_a_command_may_use_the_former_name_of_a_field(name: str) -> None:
    """The event has the value under the new name."""
    [event] = accepted(when(RENAMED_FIELD, RENAMED_FIELD.initial, command("Count", {name: 2}))).events
    assert event.data == {"amount": 2}


def test_a_command_with_the_former_and_the_new_name_of_a_field_is_invalid() -> None:
    """Neither value replaces the other."""
    both = command("Count", {"n": 2, "amount": 3})
    assert isinstance(when(RENAMED_FIELD, RENAMED_FIELD.initial, both), Invalid)


def test_a_value_that_json_cannot_hold_is_never_stored() -> None:
    """Without a declared event nothing else would reject an infinite number."""
    machine = machine_of("""
        machine: m
        initial: a
        states:
          a: {accepts: {Go: {emit: Gone, with: {ratio: 1.0 / command.n}, target: b}}}
          b: {final: true}
    """)
    refusal = rejected(when(machine, machine.initial, command("Go", {"n": 0.0})))
    assert refusal.code == "INVARIANT_VIOLATED"
    assert "ratio" in refusal.message


@pytest.mark.parametrize(
    "emission", ["with: {x: 'command.l.map(i, {\"s\": command.s})'}", "with: {x: command.s}"]
)
def test_a_payload_of_gigabytes_is_refused_before_it_is_written(emission: str) -> None:
    """A list of references is small, its JSON is not."""
    machine = machine_of(f"""
        machine: m
        initial: a
        states: {{a: {{accepts: {{Go: {{emit: Gone, {emission}}}}}}}}}
    """)
    large = {"l": list(range(5_000)), "s": "x" * (200_000 if "map" in emission else 1_000_001)}
    refusal = rejected(when(machine, machine.initial, command("Go", large)))
    assert (refusal.code, refusal.message) == (
        "INVARIANT_VIOLATED",
        'event "Gone" has more than 1,000,000 characters',
    )


def test_data_of_gigabytes_is_refused_too() -> None:
    """Data of gigabytes is rejected, because a snapshot would contain it."""
    machine = machine_of("""
        machine: m
        initial: a
        data: {l: {type: array, default: []}}
        events: {Gone: {payload: {l: array, s: string}, set: {l: "event.l.map(i, event.s)"}}}
        states: {a: {accepts: {Go: {emit: Gone}}}}
    """)
    large = command("Go", {"l": list(range(1_000)), "s": "x" * 10_000})
    refusal = rejected(when(machine, machine.initial, large))
    assert refusal.message == "the data has more than 1,000,000 characters"


def test_a_map_whose_keys_are_not_text_is_refused_with_the_reason() -> None:
    """Such maps exist in CEL but not in JSON."""
    machine = machine_of("""
        machine: m
        initial: a
        states: {a: {accepts: {Go: {emit: Gone, with: {o: "{command.n: 2}"}}}}}
    """)
    refusal = rejected(when(machine, machine.initial, command("Go", {"n": 1})))
    assert refusal.message == 'event "Gone".o: has a key that is not a string'


@pytest.mark.slow
def test_many_small_values_count_with_their_written_size() -> None:
    """Half a million characters are not mistaken for a million."""
    machine = machine_of("""
        machine: m
        initial: a
        states: {a: {accepts: {Go: {emit: Gone}}}}
    """)
    assert accepted(when(machine, machine.initial, command("Go", {"l": [[0] * 9_700] * 26})))
