"""State names in stored events resolve to current states, however many levels were renamed or moved."""

from __future__ import annotations

import pytest

from statewright.errors import ReplayDivergence
from statewright.language.state_names import StateNames
from statewright.machine.evolve import replay
from statewright.machine.messages import Event
from tests.given import machine_of

NESTED = """
    machine: m
    initial: outer
    states:
      outer:
        initial: one
        renamed_from: [old_outer, older_outer]
        accepts: {Leave: left}
        states:
          one: {renamed_from: [uno], accepts: {Go: two}}
          two: {final: true}
      left: {renamed_from: [outer.gone, attic.left], final: true}
"""


@pytest.mark.parametrize(
    ("stored", "today"),
    [
        ("outer.one", ("outer.one", False)),
        ("old_outer.one", ("outer.one", False)),
        ("older_outer.uno", ("outer.one", False)),
        ("old_outer.two", ("outer.two", False)),
        ("outer.gone", ("left", True)),
        ("attic.left", ("left", True)),
        ("uno", ("outer.one", True)),
        ("elsewhere.one", (None, False)),
    ],
)
def test_each_level_may_have_had_another_name(stored: str, today: tuple[str | None, bool]) -> None:
    """Renaming a composite covers its nested states; a dotted old name is absolute."""
    assert StateNames(machine_of(NESTED).definition).current(stored) == today


def test_thirty_levels_of_old_names_cost_no_more_than_thirty() -> None:
    """Names are resolved level by level and never multiplied."""
    nested = "leaf: {renamed_from: [o]}"
    for depth in range(28):
        nested = f"s{depth}: {{initial: {nested.split(':')[0]}, renamed_from: [o], states: {{{nested}}}}}"
    machine = machine_of(f"machine: m\ninitial: s27\nstates: {{{nested}}}\n")
    assert machine.state_names.current(".".join(["o"] * 29)) == (machine.initial.leaf, False)


def test_a_state_that_moved_out_of_a_composite_still_replays() -> None:
    """It was entered through other states, so only the leaf is compared."""
    machine = machine_of(NESTED)
    stored = Event("Leave", {}, "outer.gone", "outer.gone")
    assert replay(machine, machine.initial, [stored], stream="m/a", stored_by=1).leaf == "left"


def test_a_state_that_did_not_move_must_be_entered_as_it_was() -> None:
    """The entered state determines which timeouts restart."""
    machine = machine_of(NESTED)
    stored = Event("Leave", {}, "left", "outer")
    with pytest.raises(ReplayDivergence):
        replay(machine, machine.initial, [stored], stream="m/a", stored_by=1)


def test_a_state_that_moved_in_from_the_top_level_still_replays() -> None:
    """Its old name has no dot and is no longer in use at the top level; it may be its current name."""
    machine = machine_of("""
        machine: m
        initial: a
        states:
          a: {accepts: {Go: {emit: Gone, target: g}, Come: {emit: Came, target: g.d}}}
          g: {initial: b, states: {b: {renamed_from: [b], final: true}, d: {renamed_from: [c], final: true}}}
    """)
    for event in (Event("Gone", {}, "b", "b"), Event("Came", {}, "c", "c")):
        state = replay(machine, machine.initial, [event], stream="m/a", stored_by=1)
        assert state.leaf in ("g.b", "g.d")
