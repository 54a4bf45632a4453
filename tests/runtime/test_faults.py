"""After a crash or fault at any request, no command is lost and none is applied twice."""

from __future__ import annotations

import itertools
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statewright.errors import StoreError, StoreMisconfigured, StoreUnavailable
from statewright.runtime.driver import Ports
from statewright.runtime.effects import Append, Effect, Read
from statewright.runtime.queue import QueueUnavailable
from statewright.runtime.state_cache import StateCache
from tests.runtime.harness import (
    FakeQueue,
    Played,
    adds,
    command_of,
    commits,
    deliver,
    once,
    ports_of,
    raising,
)

BATCH = [
    *adds(2),
    command_of("n", "Note"),
    command_of("x", "Bury"),
    command_of("b1", "Burst"),
    command_of("b2", "Burst"),
    *adds(1, start=2),
]
STORED = ["add-0", "add-1", "n", "b1", "b2", "add-2"]


class Crash(BaseException):
    """The death of the process, which no handler may catch."""


def crash_at(place: int, *, executed: bool, ports: Ports) -> None:
    """Deliver the batch to a process that dies at its `place`-th request, before or after its effect."""
    seen: list[Effect] = []

    def act(request: Effect) -> None:
        seen.append(request)
        if len(seen) == place:
            if executed and isinstance(request, Append):
                ports.store.append(request.head, request.commit)
            raise Crash

    with suppress(Crash):
        deliver(ports, *BATCH, act=act)


def stored_ids(ports: Ports) -> list[str]:
    return [command.id for commit in commits(ports) for command in commit.commands]


REQUESTS = len(deliver(ports_of(), *BATCH).requests)


@pytest.mark.parametrize("executed", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("place", range(1, REQUESTS + 1))
def test_the_next_delivery_recovers_from_a_crash_at_any_request(place: int, executed: bool) -> None:
    """Each command has one effect, in order, and no result of the second delivery is a failure."""
    ports = ports_of()
    crash_at(place, executed=executed, ports=ports)
    again = deliver(ports, *BATCH)
    assert stored_ids(ports) == STORED
    assert not any(result.failed for result in again.results)


@pytest.mark.parametrize("executed", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("place", range(1, REQUESTS + 1))
def test_a_cache_that_outlives_a_crash_is_correct(place: int, executed: bool) -> None:
    """The next delivery in the same process succeeds, whichever request the crash interrupted."""
    ports = ports_of(cache=StateCache())
    deliver(ports, command_of("first", "Add", amount=1))
    crash_at(place, executed=executed, ports=ports)
    again = deliver(ports, *BATCH)
    assert stored_ids(ports) == ["first", *STORED]
    assert not any(result.failed for result in again.results)


FAULTS = st.sampled_from(["none", "none", "none", "refused", "lost", "rival"])


@pytest.mark.slow
@settings(max_examples=200)
@given(st.lists(FAULTS, max_size=25), st.booleans(), st.booleans())
def test_faults_of_the_store_cost_deliveries_and_nothing_else(
    faults: list[str], fifo: bool, warm: bool
) -> None:
    """Despite refused requests, lost answers and rival commits, the batch is stored once and in order."""
    ports = ports_of(queue=FakeQueue(), cache=StateCache() if warm else None)
    rest, rivals = (
        iter(faults),
        (command_of(f"rival-{index}", "Add", amount=1) for index in itertools.count()),
    )

    def act(request: Effect) -> None:
        fault = next(rest, "none") if isinstance(request, Append) else "none"
        if fault == "rival":
            deliver(ports, next(rivals))
        if fault == "lost" and isinstance(request, Append):
            ports.store.append(request.head, request.commit)
        if fault in ("refused", "lost"):
            raise StoreUnavailable(fault)

    for _ in range(len(faults) + 1):
        played = deliver(ports, *BATCH, fifo=fifo, act=act)
    ours = [one for one in stored_ids(ports) if not one.startswith("rival")]
    assert ours == STORED
    assert not any(result.failed for result in played.results)


def dead_lettered_in_order(queue: FakeQueue, played: Played) -> bool:
    return [one for one, _ in queue.dead_lettered] == [
        result.message.message_id for result in played.results if result.disposition == "parked"
    ]


@pytest.mark.parametrize("fifo", [False, True])
def test_a_dead_lettering_that_fails_once_is_retried_by_the_next_delivery(fifo: bool) -> None:
    """The message is neither lost nor dead-lettered twice, and on FIFO no later message overtakes it."""
    queue = FakeQueue(QueueUnavailable("Throttled"))
    ports = ports_of(queue=queue)
    first = deliver(ports, *BATCH, fifo=fifo)
    queue.fault = None
    second = deliver(ports, *BATCH, fifo=fifo)
    assert [result.failed for result in first.results] == [False] * 3 + [True] + [fifo] * 3
    assert not any(result.failed for result in second.results)
    assert dead_lettered_in_order(queue, second)
    assert stored_ids(ports) == STORED


@pytest.mark.parametrize("kind", [Read, Append])
def test_a_damaged_store_is_quarantined(kind: type[Effect]) -> None:
    """Only an unavailable store is retried; with other store errors, the messages are delayed."""
    queue = FakeQueue()
    act = once(kind, raising(StoreError("the file is damaged")), times=99)
    played = deliver(ports_of(queue=queue), *adds(1), act=act)
    assert (played.codes, len(played.asked(kind))) == (["QUARANTINED"], 1)
    assert (queue.dead_lettered, queue.delays) == ([], [("m-0", 30)])


@pytest.mark.parametrize("kind", [Read, Append])
def test_a_misconfigured_store_is_not_retried(kind: type[Effect]) -> None:
    """Until someone fixes it, messages are redelivered with growing delays, and not dead-lettered."""
    queue = FakeQueue()
    act = once(kind, raising(StoreMisconfigured('table "events" does not exist')), times=99)
    played = deliver(ports_of(queue=queue), *adds(2), act=act)
    assert (played.codes, len(played.asked(kind))) == (["MISCONFIGURED"] * 2, 1)
    assert played.results[0].reason == 'table "events" does not exist'
    assert (queue.dead_lettered, queue.delays) == ([], [("m-0", 30), ("m-1", 30)])


def test_a_misconfigured_store_holds_a_group() -> None:
    """On FIFO, no message overtakes one that could not be stored."""
    act = once(Append, raising(StoreMisconfigured("no permission")), times=99)
    assert deliver(ports_of(), *adds(2), fifo=True, act=act).codes == ["MISCONFIGURED", "HANDED_BACK"]
