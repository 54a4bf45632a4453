"""Exported events of older versions are upcast and stored in the current version."""

from __future__ import annotations

import pytest

from tests.evolution.history_import.export import fault, line, read_one
from tests.given import machine_of

TILL = """
    machine: till
    initial: open
    data: {taken: {type: integer, default: 0}}
    commands: {Pay: {payload: {amount: integer}}}
    events:
      Paid:
        version: 2
        payload: {amount: {type: integer, maximum: 900}}
        upcast: {1: {amount: event.amount * 100}}
        set: {taken: data.taken + event.amount}
    states: {open: {accepts: {Pay: {emit: Paid}}}}
"""
MACHINES = {"till": machine_of(TILL)}


@pytest.mark.parametrize("said", [{}, {"event_version": 1}, {"event_version": None}])
def test_the_default_event_version_is_1(said: dict[str, object]) -> None:
    """The event is upcast and stored in the current version."""
    history = read_one(line("till/t", 1, "Paid", {"amount": 3}, **said), machines=MACHINES)
    [event] = history.commits[0].events
    assert (event.data, event.event_version) == ('{"amount":300}', 2)
    assert history.state.data == {"taken": 300}


def test_a_line_of_the_current_version_is_not_upcast() -> None:
    """It is stored unchanged."""
    history = read_one(line("till/t", 1, "Paid", {"amount": 3}, event_version=2), machines=MACHINES)
    assert history.commits[0].events[0].data == '{"amount":3}'


@pytest.mark.parametrize(
    ("said", "data", "reason"),
    [
        (3, {"amount": 3}, 'event "Paid" has versions up to 2, not 3'),
        (0, {"amount": 3}, "event_version: must be an integer of at least 1"),
        (1, {"amount": 10}, "data: the upcast from version 1 fails: amount: must be at most 900"),
        (1, {}, "data: the upcast from version 1 fails: "),
    ],
)
def test_a_line_that_cannot_be_upcast_is_a_fault(said: int, data: dict[str, int], reason: str) -> None:
    """A line that cannot be upcast is reported before anything is written."""
    broken = line("till/t", 1, "Paid", data, event_version=said)
    assert fault(broken, machines=MACHINES).reason.startswith(reason)
