"""Redelivery delays grow with the receive count, and are skipped near the end of an invocation."""

from __future__ import annotations

import math

import pytest

from statewright.runtime.message import Message
from statewright.runtime.settling import delay_messages, delay_seconds
from tests.runtime.harness import FakeQueue


class RefusingQueue(FakeQueue):
    def delay(self, message: Message, seconds: int, /) -> bool:
        super().delay(message, seconds)
        return False


@pytest.mark.parametrize(("receives", "seconds"), [(1, 30), (2, 60), (7, 1920), (8, 3600), (10**9, 3600)])
def test_a_delay_doubles_to_an_hour(receives: int, seconds: int) -> None:
    """The delay doubles with each receive up to an hour, however large the count is."""
    assert delay_seconds(Message("m", "", receive_count=receives)) == seconds


def test_the_tenth_delivery_comes_after_three_hours() -> None:
    """Those three hours are the time to fix a problem that delays valid commands."""
    assert sum(delay_seconds(Message("m", "", receive_count=count)) for count in range(1, 10)) == 11_010


def test_each_message_is_delayed_by_its_own_receives() -> None:
    """The delay depends on the message's own receive count; accepted delays are not counted."""
    queue = FakeQueue()
    counts = delay_messages([Message("a", ""), Message("b", "", receive_count=3)], queue, lambda: math.inf)
    assert (queue.delays, counts) == ([("a", 30), ("b", 120)], {})


def test_refused_delays_are_counted() -> None:
    """A message whose delay is refused returns when its visibility timeout ends."""
    assert delay_messages([Message("a", "")], RefusingQueue(), lambda: math.inf) == {"delays_refused": 1}


def test_no_message_is_delayed_near_the_end_of_an_invocation() -> None:
    """Remaining delays are skipped so that the response to Lambda is not late."""
    queue, seconds = FakeQueue(), iter([4.0, 3.9, 3.8])
    counts = delay_messages([Message(name, "") for name in "abc"], queue, lambda: next(seconds))
    assert (queue.delays, counts) == ([("a", 30)], {"delays_left_out": 2})
