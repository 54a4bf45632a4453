"""The driver itself: jitter of pauses, sums of counters, and refreshes of definitions."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from statewright.errors import SourceUnavailable
from statewright.runtime.driver import BatchDefinitions, run_effects
from statewright.runtime.effects import Count, Effects, Metric, Pause
from tests.runtime.harness import MACHINE, FakeSource, ports_of


def patient() -> Effects[None]:
    yield Pause(1.0)


def test_a_pause_does_not_repeat_itself_in_copies_of_a_process() -> None:
    """Copies of one memory image share every generator's state, and must not retry in step."""
    slept: list[float] = []
    ports = replace(ports_of(), sleep=slept.append)
    for _ in range(3):
        random.seed(1)
        run_effects(patient(), ports)
    assert len(set(slept)) == 3
    assert all(0.5 <= seconds <= 1.5 for seconds in slept)


def test_a_count_is_the_sum_over_all_units_of_a_batch() -> None:
    """The counts of different units are added up."""

    def counting(amount: int) -> Effects[None]:
        yield Count(Metric.REPLAYED_EVENTS, amount)
        yield Count(Metric.CONFLICTS)

    ports = ports_of()
    run_effects(counting(3), ports)
    run_effects(counting(4), ports)
    assert ports.counts == {"replayed_events": 7, "conflicts": 2}


def test_a_refresh_without_enough_time_is_unavailable() -> None:
    """A refresh may take seconds, which an invocation near its end does not have."""
    seconds = [100.0]
    source = FakeSource(later=(MACHINE,))
    machines = BatchDefinitions(source, lambda: seconds[0])
    seconds[0] = 14.9
    with pytest.raises(SourceUnavailable, match='the definition of "till" is temporarily unavailable'):
        machines.find("till", refresh=True)
    assert (machines.find("till", refresh=False), source.refreshes) == (None, 0)
    seconds[0] = 15.0
    assert (machines.find("till", refresh=True), source.refreshes) == (MACHINE, 1)
    seconds[0] = 8.0
    assert machines.find("tilt", refresh=True) is None  # the batch has already refreshed


def test_a_batch_whose_definitions_were_due_refreshes_once() -> None:
    """A refresh before the first decision serves the whole batch."""
    source = FakeSource(later=(MACHINE,))
    source.due = True
    machines = BatchDefinitions(source, lambda: 100.0)
    machines.look()
    assert machines.find("till", refresh=False) is MACHINE
    assert machines.find("tilt", refresh=True) is None
    assert source.refreshes == 1


def test_an_invocation_near_its_end_does_not_refresh() -> None:
    """A due refresh is skipped when too little time is left."""
    source = FakeSource(MACHINE)
    source.due = True
    BatchDefinitions(source, lambda: 14.9).look()
    assert (source.due, source.refreshes) == (True, 0)
