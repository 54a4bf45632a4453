"""Time that runs out, and redeliveries that are put off."""

from __future__ import annotations

import pytest

from engine.errors import StoreUnavailable
from handler.patience import RESERVE_SECONDS
from handler.requests import Append, Pause, Read
from handler.sqs import Message
from tests.handler.world import FakeQueue, adds, commits, deliver, figures, once, raising, wish, world_of

LITTLE = RESERVE_SECONDS - 0.1


def test_without_time_no_run_begins() -> None:
    """The messages are handed back unread, and not put off: nothing is wrong with the world."""
    queue = FakeQueue()
    played = deliver(world_of(queue=queue, time_left=lambda: LITTLE), *adds(2))
    assert (played.codes, played.asked(Read)) == (["OUT_OF_TIME", "OUT_OF_TIME"], [])
    assert queue.delays == []


def test_time_that_ends_between_commits_keeps_what_is_stored() -> None:
    """The first part was appended and is accepted, the second is handed back."""
    seconds = iter([60.0, 60.0])
    world = world_of(time_left=lambda: next(seconds, LITTLE))
    played = deliver(world, wish("b1", "Burst"), wish("b2", "Burst"))
    assert (played.codes, len(commits(world))) == (["ACCEPTED", "OUT_OF_TIME"], 1)


def test_without_time_nothing_is_tried_again() -> None:
    """A retry that would not end in time is left to the next delivery."""
    seconds = iter([60.0, 60.0])
    world = world_of(time_left=lambda: next(seconds, LITTLE))
    played = deliver(world, *adds(1), act=once(Append, raising(StoreUnavailable("locked"))))
    assert (played.codes, played.asked(Pause)) == (["TRANSIENT"], [])


def test_a_delay_that_the_queue_refuses_is_counted() -> None:
    """It changes nothing else: the queue's own visibility timeout applies."""

    class RefusingQueue(FakeQueue):
        def delay(self, message: Message, seconds: int, /) -> bool:
            return False

    world = world_of(queue=RefusingQueue())
    down = once(Read, raising(StoreUnavailable("down")), times=99)
    assert deliver(world, *adds(1), act=down).codes == ["TRANSIENT"]
    assert figures(world)["delays_refused"] == 1


@pytest.mark.parametrize(
    ("receive_count", "seconds"),
    [(1, 30), (2, 60), (3, 120), (7, 1920), (8, 3600), (10, 3600), (10**6, 3600)],
)
def test_a_redelivery_is_put_off_longer_each_time(receive_count: int, seconds: int) -> None:
    """30 s doubling to 1 h: ten receives outlast an outage of hours."""
    queue = FakeQueue()
    down = once(Read, raising(StoreUnavailable("down")), times=99)
    deliver(world_of(queue=queue), *adds(2), receive_count=receive_count, act=down)
    assert queue.delays == [("m-0", seconds), ("m-1", seconds)]
