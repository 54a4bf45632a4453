"""Invocations that run out of time, and redeliveries that are delayed."""

from __future__ import annotations

import math

import pytest

from statewright.errors import StoreUnavailable
from statewright.runtime.effects import Append, DeadLetter, Delay, Effect, FindCommands, Now, Pause, Read
from statewright.runtime.message import Message
from statewright.runtime.policy import Policy
from statewright.runtime.retry import PAUSES_SECONDS, QUEUE_RESERVE_SECONDS, RESERVE_SECONDS
from tests.runtime.harness import (
    Act,
    FakeQueue,
    adds,
    command_of,
    commits,
    counts,
    deliver,
    once,
    ports_of,
    raising,
)

LITTLE = RESERVE_SECONDS - 0.1  # enough for a queue, but not for a store
NOTHING = QUEUE_RESERVE_SECONDS - 0.1


class Remaining:
    """The time left to an invocation: unlimited, then `left` from the first request of a kind on."""

    def __init__(self) -> None:
        self.seconds = math.inf

    def __call__(self) -> float:
        return self.seconds

    def ends_at(self, kind: type[Effect], *, left: float) -> Act:
        def deed(_request: Effect) -> None:
            self.seconds = left

        return once(kind, deed)


def test_no_run_begins_without_enough_time() -> None:
    """The messages are handed back without a read, and delayed as after any transient failure."""
    queue = FakeQueue()
    played = deliver(ports_of(queue=queue, time_left=lambda: LITTLE), *adds(2))
    assert (played.codes, played.asked(Read)) == (["OUT_OF_TIME", "OUT_OF_TIME"], [])
    assert queue.delays == [("m-0", 30), ("m-1", 30)]


def test_nothing_is_delayed_without_enough_time() -> None:
    """The response takes precedence; a counter reports the omitted delays."""
    ports = ports_of(time_left=lambda: NOTHING)
    played = deliver(ports, *adds(2))
    assert (played.codes, played.asked(Delay)) == (["OUT_OF_TIME", "OUT_OF_TIME"], [])
    assert counts(ports) == {"delays_left_out": 2}


def test_time_that_ends_between_commits_keeps_what_is_stored() -> None:
    """The first part was appended and is accepted; the second part is handed back."""
    remaining = Remaining()
    ports = ports_of(time_left=remaining)
    bursts = [command_of("b1", "Burst"), command_of("b2", "Burst")]
    played = deliver(ports, *bursts, act=remaining.ends_at(Append, left=LITTLE))
    assert (played.codes, len(commits(ports))) == (["ACCEPTED", "OUT_OF_TIME"], 1)


def test_time_that_ends_between_pages_ends_the_load() -> None:
    """The load of a long stream without a snapshot leaves time for the response."""
    remaining = Remaining()
    ports = ports_of(time_left=remaining)
    for command in adds(120):
        deliver(ports, command, policy=Policy(snapshot_every=10**6))
    played = deliver(ports, command_of("c", "Look"), act=remaining.ends_at(Read, left=LITTLE))
    assert (played.codes, len(played.asked(Read))) == (["OUT_OF_TIME"], 1)


def test_time_that_ends_with_the_load_begins_no_look_up_of_ids() -> None:
    """Older ids in the stream are looked up only while there is time."""
    remaining = Remaining()
    ports = ports_of(time_left=remaining)
    deliver(ports, *adds(1), policy=Policy(snapshot_every=1))
    played = deliver(ports, *adds(1, start=1), act=remaining.ends_at(Read, left=LITTLE))
    assert (played.codes, played.asked(FindCommands)) == (["OUT_OF_TIME"], [])


def test_nothing_is_retried_without_enough_time() -> None:
    """A retry that would not end in time is left to the next delivery."""
    remaining = Remaining()

    def fail(request: Effect) -> None:
        remaining.seconds = LITTLE
        raise StoreUnavailable("locked")

    played = deliver(ports_of(time_left=remaining), *adds(1), act=once(Append, fail))
    assert (played.codes, played.asked(Pause)) == (["TRANSIENT"], [])


@pytest.mark.parametrize(
    ("left", "pauses"), [(RESERVE_SECONDS + PAUSES_SECONDS[0], 1), (RESERVE_SECONDS + 0.01, 0)]
)
def test_no_pause_ends_within_the_reserve(left: float, pauses: int) -> None:
    """A retry begins only if the whole reserve is left after the pause before it."""
    remaining = Remaining()

    def fail(request: Effect) -> None:
        remaining.seconds = left
        raise StoreUnavailable("locked")

    played = deliver(ports_of(time_left=remaining), *adds(1), act=once(Append, fail))
    assert (played.codes, len(played.asked(Pause))) == (["ACCEPTED" if pauses else "TRANSIENT"], pauses)


def test_no_message_is_dead_lettered_without_enough_time() -> None:
    """The outcome stays the same; the message is redelivered, and the reason says why."""
    remaining = Remaining()
    ports = ports_of(time_left=remaining)
    played = deliver(ports, command_of("x", "Bury"), act=remaining.ends_at(Now, left=NOTHING))
    [result] = played.results
    assert (result.code, result.failed, played.asked(DeadLetter)) == ("BURIED", True, [])
    assert result.reason.endswith("; not enough time left to dead-letter it")


def test_a_message_may_be_dead_lettered_when_it_is_too_late_for_the_store() -> None:
    """A request to the queue needs less time than one to the store."""
    remaining = Remaining()
    ports = ports_of(time_left=remaining)
    played = deliver(ports, *adds(1), command_of("x", "Bury"), act=remaining.ends_at(Append, left=LITTLE))
    assert played.dispositions == ["deleted", "parked"]


def test_a_delay_that_the_queue_refuses_is_counted() -> None:
    """The queue's own visibility timeout then applies."""

    class RefusingQueue(FakeQueue):
        def delay(self, message: Message, seconds: int, /) -> bool:
            return False

    ports = ports_of(queue=RefusingQueue())
    down = once(Read, raising(StoreUnavailable("down")), times=99)
    assert deliver(ports, *adds(1), act=down).codes == ["TRANSIENT"]
    assert counts(ports)["delays_refused"] == 1


@pytest.mark.parametrize(
    ("receive_count", "seconds"),
    [(1, 30), (2, 60), (3, 120), (7, 1920), (8, 3600), (10, 3600), (10**6, 3600)],
)
def test_a_redelivery_is_delayed_longer_each_time(receive_count: int, seconds: int) -> None:
    """Delays double from 30 s to 1 h, so ten receives outlast an outage of hours."""
    queue = FakeQueue()
    down = once(Read, raising(StoreUnavailable("down")), times=99)
    deliver(ports_of(queue=queue), *adds(2), receive_count=receive_count, act=down)
    assert queue.delays == [("m-0", seconds), ("m-1", seconds)]
