"""`data` or a whole payload as a value is copied, so that nothing contains itself or changes later."""

from __future__ import annotations

import json

import pytest

from statewright.machine.evolve import replay
from statewright.machine.messages import Event
from statewright.machine.upcasting import upcast
from tests.given import command, given, machine_of

MACHINE = """
    machine: m
    initial: open
    data: {n: {type: integer, default: 0}, before: {default: null}}
    commands: {Go: {}}
    events: {Went: {set: {n: data.n + 1, before: "VALUE"}}}
    states: {open: {accepts: {Go: {emit: Went}}}}
"""
VALUES = (
    "data",
    "[data]",
    "{'x': {'y': data}}",
    "data.n > 0 ? data : null",
    "[1].map(x, data)",
    "[data].filter(x, x.n == data.n)",
    "[data][0]",
    "dyn(data)",
)


@pytest.mark.parametrize("value", VALUES)
def test_data_that_hold_data_can_be_written_as_json(value: str) -> None:
    """Each event stores a copy of the data before it."""
    state = given(machine_of(MACHINE.replace("VALUE", value)), *[command("Go")] * 3)
    assert json.loads(json.dumps(state.data)) == state.data
    assert '"n": 2' in json.dumps(state.data["before"])


@pytest.mark.parametrize("value", VALUES)
def test_replay_folds_them_to_the_same(value: str) -> None:
    """Replaying the events gives the same data as the decisions."""
    machine = machine_of(MACHINE.replace("VALUE", value))
    state = given(machine, *[command("Go")] * 3)
    assert replay(machine, machine.initial, [Event("Went", {}, "open")] * 3) == state


def test_the_order_of_setters_does_not_matter() -> None:
    """Every setter sees the data before the event, even after a setter that copies `data`."""
    text = MACHINE.replace('n: data.n + 1, before: "VALUE"', "before: data, n: data.n + 1")
    assert given(machine_of(text), command("Go")).data == {"n": 1, "before": {"n": 0, "before": None}}


def test_data_that_nests_itself_is_refused_at_the_depth_limit() -> None:
    """A command that would exceed the depth limit is rejected."""
    machine = machine_of(MACHINE.replace("VALUE", "data"))
    with pytest.raises(AssertionError, match="nested deeper than 64 levels"):
        given(machine, *[command("Go")] * 70)


def test_a_payload_that_an_upcast_puts_into_itself_is_copied() -> None:
    """Later upcasts and the fold see the earlier payload."""
    machine = machine_of("""
        machine: m
        initial: open
        commands: {Go: {}}
        events:
          Went:
            version: 3
            payload: {old: object, n: integer}
            upcast: {1: {old: event}, 2: {n: event.old.n}}
        states: {open: {accepts: {Go: {emit: Went, with: {old: "{}", n: 1}}}}}
    """)
    spec = machine.event_spec("Went")
    assert spec is not None
    assert upcast(spec, {"n": 7}, event_version=1) == {"old": {"n": 7}, "n": 7}
