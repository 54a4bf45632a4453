"""Evolve and replay: stored events fold to the state of the decision, or the difference is reported."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from statewright.errors import FoldFailed, ReplayDivergence, UnknownMove
from statewright.machine.evolve import evolve, replay
from statewright.machine.messages import REFUSED, Accepted, Event
from tests.given import command, example, machine_of, when

ORDER = example("order")
ACCOUNT = example("account")

RENAMED = """
    machine: m
    initial: start
    data: {sum: {type: integer, default: 0}}
    events:
      Counted:
        renamed_from: [Added]
        payload: {amount: {type: integer, renamed_from: [n]}}
        set: {sum: data.sum + event.amount}
    states:
      start: {renamed_from: [begin], accepts: {Count: {emit: Counted, target: middle}}}
      middle:
        renamed_from: [centre]
        initial: inner
        states: {inner: {renamed_from: [core], accepts: {Count: {emit: Counted}}}}
"""

COMMANDS = st.sampled_from(
    [
        command("Open", {"owner": "Ada"}, roles=("teller",)),
        command("Deposit", {"amount": 70}),
        command("Withdraw", {"amount": 50}, roles=("owner",)),
        command("Hold", {"amount": 30}, roles=("owner",)),
        command("Capture", {"amount": 20}, roles=("teller",)),
        command("Release", {"amount": 10}, roles=("teller",)),
        command("Freeze", {"reason": "odd"}, roles=("manager",)),
        command("Unfreeze", roles=("manager",)),
        command("Close", roles=("owner",)),
    ]
)


@for_all(st.lists(COMMANDS, max_size=30))
def test_decided_events_fold_to_the_state_of_the_decision(commands: list) -> None:
    """Evolve never raises on events from decide, and replay agrees event by event."""
    state, events = ACCOUNT.initial, []
    for sent in commands:
        verdict = when(ACCOUNT, state, sent)
        if isinstance(verdict, Accepted):
            state = verdict.state
            events.extend(verdict.events)
    folded = ACCOUNT.initial
    for event in events:
        folded = evolve(ACCOUNT, folded, event)
    assert folded == state
    assert replay(ACCOUNT, ACCOUNT.initial, events, stream="account/a", stored_by=1) == state


def test_an_event_that_the_table_does_not_know_is_never_skipped() -> None:
    """The error names the machine, version, event and state."""
    event = Event("OrderShipped", {}, "x")
    reason = 'machine "order" version 3 has no transition for event "OrderShipped" in state "draft"'
    with pytest.raises(UnknownMove, match=reason):
        evolve(ORDER, ORDER.initial, event)
    with pytest.raises(UnknownMove, match=f"order/o-1 at version 1: {reason}"):
        replay(ORDER, ORDER.initial, [event], stream="order/o-1", stored_by=3)


def test_a_move_that_changed_since_is_a_divergence() -> None:
    """The error names the stream, the version of the event and both definitions."""
    event = Event("OrderPlaced", {"total": 5}, "draft", None)
    with pytest.raises(ReplayDivergence) as caught:
        replay(ORDER, ORDER.initial, [event], stream="order/o-1", stored_by=2)
    assert str(caught.value) == (
        'order/o-1 diverges at version 1: definition version 2 stored state "draft", but '
        'definition version 3 computes state "awaiting_payment"'
    )


@pytest.mark.parametrize(
    ("leaf", "entered"),
    [("closed", "open"), ("open", None), ("open", "closed")],
    ids=["leaf", "none", "other"],
)
def test_a_move_diverges_by_its_leaf_or_by_the_state_that_it_entered(leaf: str, entered: str | None) -> None:
    """A different leaf or a different entered state is a divergence."""
    machine = machine_of("""
        machine: m
        initial: open
        states:
          open: {accepts: {Again: {emit: Repeated, target: open}, Close: {emit: Closed, target: closed}}}
          closed: {final: true}
    """)
    same = Event("Repeated", {}, "open", "open")
    assert replay(machine, machine.initial, [same], stream="m/a", stored_by=1).version == 1
    with pytest.raises(ReplayDivergence, match="m/a diverges at version 2"):
        replay(
            machine,
            machine.initial,
            [same, replace(same, leaf=leaf, entered=entered)],
            stream="m/a",
            stored_by=1,
        )


def test_a_recorded_refusal_takes_a_version_and_changes_nothing() -> None:
    """Folding a recorded refusal only increases the version, in every state."""
    refusal = Event(REFUSED, {"command": "Pay", "code": "X", "message": ""}, "draft")
    state = replay(ORDER, ORDER.initial, [refusal], stream="order/o-1", stored_by=3)
    assert state == replace(ORDER.initial, version=1)


def test_old_names_of_states_events_and_fields_still_fold() -> None:
    """Renaming a composite covers the stored names of its nested states."""
    machine = machine_of(RENAMED)
    stored = [
        Event("Added", {"n": 2}, "centre.core", "centre"),
        Event("Counted", {"amount": 3}, "middle.inner", None),
    ]
    state = replay(machine, machine.initial, stored, stream="m/a", stored_by=1)
    assert (state.leaf, state.data, state.version) == ("middle.inner", {"sum": 5}, 2)


def test_a_retired_move_still_replays() -> None:
    """Stored events of a retired move fold, although no branch emits them any longer."""
    machine = machine_of("""
        machine: m
        initial: a
        events:
          Gone: {}
          Jumped: {retired: [{from: a, target: c}]}
        states:
          a: {accepts: {Go: {emit: Gone, target: b}}}
          b: {final: true}
          c: {final: true}
    """)
    state = replay(machine, machine.initial, [Event("Jumped", {}, "c", "c")], stream="m/a", stored_by=1)
    assert state.leaf == "c"


def test_a_value_that_cannot_be_computed_names_stream_and_version() -> None:
    """An overflow during replay raises an error with the stream and the version."""
    machine = machine_of(RENAMED)
    stored = [Event("Counted", {"amount": 2**63 - 1}, "middle.inner", "middle")] * 1 + [
        Event("Counted", {"amount": 1}, "middle.inner", None)
    ]
    with pytest.raises(FoldFailed) as caught:
        replay(machine, machine.initial, stored, stream="m/a", stored_by=1)
    assert str(caught.value) == (
        'm/a at version 2: event "Counted": cannot compute field "sum" from data.sum + event.amount: '
        "integer overflow: the result does not fit in 64 bits"
    )


def test_all_set_see_the_data_before_the_event() -> None:
    """Every setter sees the data before the event, so two fields can be swapped."""
    machine = machine_of("""
        machine: m
        initial: a
        data: {x: {type: integer, default: 1}, y: {type: integer, default: 2}}
        events: {Swapped: {set: {x: data.y, y: data.x}}}
        states: {a: {accepts: {Swap: {emit: Swapped}}}}
    """)
    assert evolve(machine, machine.initial, Event("Swapped", {}, "a")).data == {"x": 2, "y": 1}


def test_a_stored_integer_folds_as_the_number_that_its_field_is_now() -> None:
    """A stored integer is folded as a double if its field is now a number."""
    machine = machine_of("""
        machine: scale
        initial: open
        data: {n: {type: number, default: 0}}
        events: {Weighed: {payload: {by: number}, set: {n: event.by}}, Halved: {set: {n: data.n / 2.0}}}
        states: {open: {accepts: {Weigh: {emit: Weighed}, Halve: {emit: Halved}}}}
        """)
    stored = [Event("Weighed", {"by": 3}, "open"), Event("Halved", {}, "open")]
    assert replay(machine, machine.initial, stored).data == {"n": 1.5}
