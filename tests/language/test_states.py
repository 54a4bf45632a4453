"""States: lookup of targets, inheritance and old names."""

from __future__ import annotations

import pytest

from statewright.language.scope import look_up, state_tree
from statewright.language.timeouts import duration_seconds
from statewright.machine.flatten import destination
from tests.given import example, machine_of

TREE = state_tree(
    {
        "a": {"states": {"x": {"states": {"deep": {}}}, "same": {}, "b": {}}},
        "b": {"states": {"x": {}}},
        "same": {},
    }
)
NODES = {node.name: node for node in TREE.below()}

NESTED = """
    machine: m
    initial: outer
    accepts: {Stop: stopped}
    states:
      outer:
        initial: one
        renamed_from: [old_outer]
        accepts: {Go: done, Stay: {emit: Stayed}}
        states:
          one: {renamed_from: [uno], accepts: {Go: two}}
          two: {accepts: {Stop: {reject: NO}}}
          end: {final: true}
      done: {final: true}
      stopped: {accepts: {Finish: outer.end}}
"""


@pytest.mark.parametrize(
    ("place", "name", "meant"),
    [
        ("a", "x", "a.x"),
        ("a", "deep", None),
        ("a.x", "b", "a.b"),
        ("a.x.deep", "same", "a.same"),
        ("a.x.deep", "b.x", "b.x"),
        ("b.x", "same", "same"),
        ("b.x", "x", "b.x"),
        ("", "a", "a"),
        ("b", "a.x.deep", "a.x.deep"),
        ("b", "x.deep", None),
    ],
)
def test_a_target_is_looked_up_from_where_it_is_written(place: str, name: str, meant: str | None) -> None:
    """Children, siblings, then each level outwards; a dotted name is absolute."""
    found = look_up(TREE, NODES[place] if place else TREE, name)
    assert (None if found is None else found.name) == meant


def test_a_leaf_inherits_commands_that_it_does_not_list() -> None:
    """Its own list for a command replaces its ancestors' lists; the top level comes last."""
    accepts = machine_of(NESTED).definition.accepts_of
    assert set(accepts("outer.one")) == {"Go", "Stay", "Stop"}
    assert accepts("outer.one")["Go"][0].target == "outer.two"
    assert accepts("outer.two")["Go"][0].target == "done"
    assert accepts("outer.two")["Stop"][0].reject == "NO"


@pytest.mark.parametrize("leaf", ["outer.end", "done"])
def test_final_states_inherit_nothing(leaf: str) -> None:
    """Final states, including nested ones, inherit no branches."""
    assert machine_of(NESTED).definition.accepts_of(leaf) == {}


@pytest.mark.parametrize(
    ("leaf", "target", "move"),
    [
        ("draft", None, ("draft", None)),
        ("awaiting_payment", "fulfilment", ("fulfilment.picking", "fulfilment")),
        ("fulfilment.picking", "fulfilment.packed", ("fulfilment.packed", "fulfilment.packed")),
        ("fulfilment.packed", "fulfilment", ("fulfilment.picking", "fulfilment")),
        ("fulfilment.packed", "fulfilment.packed", ("fulfilment.packed", "fulfilment.packed")),
        ("fulfilment.packed", "cancelled", ("cancelled", "cancelled")),
    ],
)
def test_a_move_names_the_leaf_and_the_topmost_state_it_enters(
    leaf: str, target: str | None, move: tuple[str, str | None]
) -> None:
    """An explicit target is re-entered, even from within it."""
    found = destination(example("order").definition, leaf, target)
    assert (found.leaf, found.entered) == move


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("PT24H", 86_400),
        ("P1DT12H", 129_600),
        ("P2W", 1_209_600),
        ("PT90S", 90),
        ("PT1H30M", 5_400),
        ("P", None),
        ("PT", None),
        ("P1DT", None),
        ("PT0S", None),
        ("P1M", None),
        ("24h", None),
        ("-PT1H", None),
    ],
)
def test_durations_run_from_weeks_to_seconds(written: str, seconds: int | None) -> None:
    """Months and years are not supported because their length varies."""
    assert duration_seconds(written) == seconds
