"""Comparison of a candidate with all published versions, and the versions that each verdict counts for."""

from __future__ import annotations

import pytest

from statewright.evolution.compat.history import HistoryVerdict, compare_with_history
from statewright.machine.compiled import Machine
from statewright.machine.messages import Event
from tests.given import machine_of

TEXT = """
machine: tab
version: {version}
initial: open
data: {{total: {{type: integer, default: 0}}}}
commands: {{Add: {{payload: {{amount: {{type: integer, minimum: 1, maximum: {most}}}}}}}}}
events:
  Added: {{payload: {{amount: {{type: integer, minimum: 0, maximum: 99}}}}, set: {{total: "{total}"}}}}
states: {{open: {{accepts: {{Add: {{emit: Added}}}}}}}}
"""
PLUS = "data.total + event.amount"


def tab(version: int, *, total: str = PLUS, most: int = 99) -> Machine:
    return machine_of(TEXT.format(version=version, total=total, most=most))


def no_histories(_old: Machine) -> tuple[()]:
    return ()


def verdicts(candidate: Machine, *versions: Machine, live: int) -> dict[str, tuple[int, ...]]:
    """The versions of each break, by rule."""
    found = compare_with_history(
        versions, candidate, live=live, histories=no_histories, on_comparison=lambda _done, _total: None
    )
    return {one.verdict.kind.id: one.versions for one in found if one.is_break}


def test_replay_counts_for_every_version() -> None:
    """Each version has stored events, whether it is live or not."""
    found = verdicts(tab(3, total="event.amount"), tab(1), tab(2, most=50), live=2)
    assert found == {"CP17": (1, 2)}


def test_an_equivalent_version_is_not_listed() -> None:
    """Its streams fold as before."""
    assert verdicts(tab(3), tab(1), tab(2, total="event.amount"), live=1) == {"CP17": (2,)}


def test_senders_count_for_the_live_version() -> None:
    """Senders use the live version only."""
    assert verdicts(tab(3, most=40), tab(1, most=50), tab(2, most=40), live=2) == {}
    assert verdicts(tab(3, most=40), tab(1, most=50), tab(2, most=40), live=1) == {"CP32": (1,)}


def test_equivalent_versions_are_compared_once() -> None:
    """Versions older and newer than the candidate are compared separately: only their order differs."""
    comparisons: list[tuple[int, int]] = []
    found = compare_with_history(
        [tab(1), tab(2), tab(4)],
        tab(3, total="event.amount"),
        live=4,
        histories=no_histories,
        on_comparison=lambda done, total: comparisons.append((done, total)),
    )
    assert comparisons == [(0, 2), (1, 2)]
    assert {one.verdict.kind.id: one.versions for one in found if one.is_break} == {
        "CP17": (1, 2, 4),
        "CP22": (4,),
    }


def test_the_worst_of_equal_verdicts_is_shown() -> None:
    """A silent break is worse than a failing one, whichever version is newer."""
    candidate = tab(3, total="event.amount")
    for order in ((tab(1), tab(2, total="data.total - event.amount")), (tab(2), tab(1, total="0"))):
        [one] = breaks(candidate, *order)
        assert (one.verdict.silent, one.versions) == (True, (1, 2))


def test_without_published_versions_nothing_breaks() -> None:
    """The whole candidate is new."""
    assert breaks(tab(1)) == []


def breaks(candidate: Machine, *versions: Machine) -> list[HistoryVerdict]:
    found = compare_with_history(
        versions, candidate, live=2, histories=no_histories, on_comparison=lambda _done, _total: None
    )
    return [one for one in found if one.is_break]


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 50])
def test_equivalent_versions_cost_nothing(count: int) -> None:
    """Most versions of a long history are equivalent."""
    done: list[int] = []
    versions = [tab(version, most=40 + version % 2) for version in range(1, count + 1)]
    compare_with_history(
        versions,
        tab(99),
        live=count,
        histories=no_histories,
        on_comparison=lambda one, _total: done.append(one),
    )
    assert len(done) <= 2


def test_each_version_is_searched_from_its_own_histories() -> None:
    """Versions may store different events."""
    deep = Event("Added", {"amount": 77}, "open")
    asked: list[int] = []

    def histories(old: Machine) -> list[tuple[Event, ...]]:
        asked.append(old.version)
        return [(deep,)]

    compare_with_history(
        [tab(1), tab(2, most=50)],
        tab(3, total="event.amount"),
        live=2,
        histories=histories,
        on_comparison=lambda _done, _total: None,
    )
    assert asked == [2, 1]
