"""A message group keeps its order after a failure and after a dead-lettered message."""

from __future__ import annotations

import pytest

from statewright.errors import StoreUnavailable
from statewright.machine.messages import Command, Invalid, InvalidKind
from statewright.runtime.effects import Append, DeadLetter, Read
from statewright.runtime.policy import Policy
from statewright.runtime.queue import NoDeadLetterQueue, QueueUnavailable
from statewright.runtime.results import OnRefusal
from tests.runtime.harness import (
    MACHINE,
    FakeQueue,
    FakeSource,
    adds,
    command_of,
    commits,
    deliver,
    once,
    ports_of,
    raising,
)

NOT_JSON = Invalid(InvalidKind.MESSAGE, "body: is not JSON")


def test_all_messages_behind_a_failure_are_handed_back_untouched() -> None:
    """This includes other aggregates of the group, and messages that would be dead-lettered."""
    ports = ports_of(queue=FakeQueue(NoDeadLetterQueue()))
    other = command_of("b", "Add", aggregate="b", amount=1)
    played = deliver(ports, *adds(1), command_of("x", "Bury"), NOT_JSON, *adds(1, start=1), other, fifo=True)
    assert played.codes == ["ACCEPTED", "BURIED", "HANDED_BACK", "HANDED_BACK", "HANDED_BACK"]
    assert [len(commits(ports, stream)) for stream in ("till/a", "till/b")] == [1, 0]


def test_behind_a_dead_lettered_message_the_group_goes_on() -> None:
    """A message that left the queue does not hold back others."""
    played = deliver(
        ports_of(), command_of("x", "Bury"), NOT_JSON, command_of("f", "Forget"), *adds(1), fifo=True
    )
    assert played.dispositions == ["parked", "parked", "dropped", "deleted"]


def test_earlier_messages_are_appended_before_one_is_dead_lettered() -> None:
    """A dead-lettering that fails therefore cannot change the order."""
    played = deliver(ports_of(), *adds(2), command_of("x", "Bury"), *adds(1, start=2), fifo=True)
    effects = [
        type(request).__name__ for request in played.requests if isinstance(request, Append | DeadLetter)
    ]
    assert effects == ["Append", "DeadLetter", "Append"]


def test_a_recorded_refusal_does_not_split_the_commit() -> None:
    """A recorded refusal is stored in the same commit as the commands around it."""
    ports = ports_of()
    played = deliver(ports, *adds(1), command_of("n", "Note"), *adds(1, start=1), *adds(1), fifo=True)
    assert played.codes == ["ACCEPTED", "NOTED", "ACCEPTED", "DUPLICATE"]
    assert len(commits(ports)) == 1


def test_a_redelivered_refusal_holds_the_group() -> None:
    """On FIFO, redelivering a refusal means that the group waits."""
    commands = [command_of("r", "Reopen"), *adds(1)]
    played = deliver(ports_of(), *commands, fifo=True, policy=Policy(OnRefusal.REDELIVER))
    assert played.codes == ["NOT_ACCEPTED", "HANDED_BACK"]


def test_behind_an_unknown_command_the_group_goes_on() -> None:
    """Waiting for a definition that may never arrive could dead-letter valid commands."""
    played = deliver(ports_of(), command_of("m", "Multiply"), *adds(1), fifo=True)
    assert (played.codes, played.dispositions) == (["INVALID", "ACCEPTED"], ["parked", "deleted"])


def test_behind_an_unknown_machine_the_group_goes_on() -> None:
    """Every command for an unknown machine is dead-lettered."""
    unknown = [command_of(f"u{index}", "Add", machine="tilt", amount=1) for index in range(2)]
    played = deliver(ports_of(), *unknown, *adds(1), fifo=True)
    assert played.dispositions == ["parked", "parked", "deleted"]


def test_a_failed_dead_lettering_for_an_unknown_machine_holds_the_group() -> None:
    """Later messages are handed back without an attempt."""
    ports = ports_of(queue=FakeQueue(QueueUnavailable("Throttled")))
    unknown = [command_of(f"u{index}", "Add", machine="tilt", amount=1) for index in range(2)]
    assert deliver(ports, *unknown, *adds(1), fifo=True).codes == ["INVALID", "HANDED_BACK", "HANDED_BACK"]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (command_of("m", "Multiply"), "INVALID"),
        (command_of("u", "Add", machine="tilt", amount=1), "TRANSIENT"),
    ],
)
def test_a_command_that_may_be_known_is_not_dead_lettered(command: Command, code: str) -> None:
    """While definitions cannot be refreshed, the command may belong to one that was just published."""
    source, queue = FakeSource(MACHINE), FakeQueue()
    source.current = False
    played = deliver(ports_of(source=source, queue=queue), *adds(1), command, *adds(1, start=1), fifo=True)
    assert (played.codes, queue.dead_lettered) == (["ACCEPTED", code, "HANDED_BACK"], [])
    assert queue.delays == [("m-1", 30)]


def test_aggregates_of_one_group_are_settled_as_consecutive_runs() -> None:
    """Order holds across aggregates: commands to a, b and a again make three appends."""
    other = command_of("b", "Add", aggregate="b", amount=1)
    played = deliver(ports_of(), *adds(1), other, *adds(1, start=1), fifo=True)
    assert [request.commit.stream for request in played.asked(Append)] == ["till/a", "till/b", "till/a"]


def test_only_the_head_of_a_failing_group_is_delayed() -> None:
    """The later messages are locked behind the head anyway."""
    queue = FakeQueue()
    ports = ports_of(queue=queue)
    played = deliver(ports, *adds(3), fifo=True, act=once(Read, raising(StoreUnavailable("down")), times=9))
    assert played.codes == ["TRANSIENT", "HANDED_BACK", "HANDED_BACK"]
    assert queue.delays == [("m-0", 30)]


def test_a_failed_dead_lettering_is_delayed_and_holds_the_group() -> None:
    """Commands that were appended before it remain accepted."""
    queue = FakeQueue(QueueUnavailable("Throttled"))
    played = deliver(ports_of(queue=queue), *adds(1), command_of("x", "Bury"), *adds(1, start=1), fifo=True)
    assert [result.failed for result in played.results] == [False, True, True]
    assert queue.delays == [("m-1", 30)]
