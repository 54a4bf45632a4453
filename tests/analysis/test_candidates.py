"""Payloads and constants that are worth trying in a search."""

from __future__ import annotations

from statewright.analysis.candidates import literals, payloads
from tests.scenarios.machines import PURSE, SOUND


def test_payloads_try_the_bounds_and_the_neighbours_of_constants() -> None:
    """All of them match the schema; values of another machine can be added."""
    machine = SOUND["order.machine.yaml"]
    branches = machine.rows["draft"]["PlaceOrder"]
    totals = [payload["total"] for payload in payloads(machine, "PlaceOrder", branches, values=[700])]
    assert {0, 1, 699, 700, 701} <= set(totals)
    assert min(totals) == 0


def test_literals_are_the_constants_of_guards_and_invariants() -> None:
    """Each constant is listed once."""
    assert literals(PURSE) == [0]
