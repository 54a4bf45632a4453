"""The driver's own part of a request: the jitter of a pause, the sum of a figure."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from statewright.errors import SourceUnavailable
from statewright.runtime.driver import BatchMachines, drive
from statewright.runtime.effects import Count, Figure, Pause, Story
from tests.runtime.world import MACHINE, FakeSource, world_of


def patient() -> Story[None]:
    yield Pause(1.0)


def test_a_pause_does_not_repeat_itself_in_copies_of_a_process() -> None:
    """Copies of one memory image share the state of every generator in it, and must not retry in step."""
    slept: list[float] = []
    world = replace(world_of(), sleep=slept.append)
    for _ in range(3):
        random.seed(1)
        drive(patient(), world)
    assert len(set(slept)) == 3
    assert all(0.5 <= seconds <= 1.5 for seconds in slept)


def test_a_figure_is_the_sum_of_what_all_stories_counted() -> None:
    """One story adds to what another has counted in the same batch."""

    def counting(amount: int) -> Story[None]:
        yield Count(Figure.REPLAYED_EVENTS, amount)
        yield Count(Figure.CONFLICTS)

    world = world_of()
    drive(counting(3), world)
    drive(counting(4), world)
    assert world.figures == {"replayed_events": 7, "conflicts": 2}


def test_without_time_for_a_look_nothing_is_certain() -> None:
    """A look at the source may take seconds, which an invocation near its end does not have."""
    seconds = [100.0]
    source = FakeSource(later=(MACHINE,))
    machines = BatchMachines(source, lambda: seconds[0])
    seconds[0] = 14.9
    with pytest.raises(SourceUnavailable, match='the definition of "till" cannot be looked up now'):
        machines.find("till", refresh=True)
    assert (machines.find("till", refresh=False), source.refreshes) == (None, 0)
    seconds[0] = 15.0
    assert (machines.find("till", refresh=True), source.refreshes) == (MACHINE, 1)
    seconds[0] = 8.0
    assert machines.find("tilt", refresh=True) is None  # the batch has looked already
