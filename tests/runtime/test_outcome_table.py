"""Every row of the outcome table: the outcome of a command and the disposition of its message."""

from __future__ import annotations

from typing import Any

import pytest

from statewright.language.model import OUTCOME_WORDS
from statewright.machine.messages import Command, Invalid, InvalidKind
from statewright.runtime.effects import Append
from statewright.runtime.policy import REFUSALS_RECORDED_MAX, Policy
from statewright.runtime.queue import NoDeadLetterQueue, QueueUnavailable
from statewright.runtime.results import FailureKind, OnRefusal
from statewright.stores.record import ACCEPTED
from tests.given import machine_of
from tests.runtime.harness import (
    MACHINE,
    STREAM,
    FakeQueue,
    FakeSource,
    adds,
    command_of,
    commits,
    counts,
    deliver,
    ports_of,
)

NOT_JSON = Invalid(InvalidKind.MESSAGE, "body: is not JSON")

# Commands sent before, the command, its code, and its disposition on a standard and on a FIFO queue.
ROWS: list[tuple[list[Command], Command, str, str, str]] = [
    ([], command_of("c", "Add", amount=1), "ACCEPTED", "deleted", "deleted"),
    ([], command_of("c", "Look"), "ACCEPTED", "deleted", "deleted"),
    (adds(1), adds(1)[0], "DUPLICATE", "deleted", "deleted"),
    ([], command_of("c", "Reopen"), "NOT_ACCEPTED", "redelivered", "parked"),
    ([], command_of("c", "Add", amount=1000), "GUARD_FAILED", "redelivered", "parked"),
    ([], command_of("c", "Add", amount=13), "UNLUCKY", "redelivered", "parked"),
    ([], command_of("c", "Add", amount=1, expected_version=1), "VERSION_MISMATCH", "redelivered", "parked"),
    (adds(1), command_of("c", "Add", amount=1, expected_version=0), "VERSION_MISMATCH", "parked", "parked"),
    (adds(1), command_of("add-0", "Add", amount=2), "ID_REUSED", "parked", "parked"),
    ([], command_of("c", "Open"), "NOT_AUTHORIZED", "parked", "parked"),
    ([], command_of("c", "Divide", by=0), "EXPRESSION_ERROR", "parked", "parked"),
    (
        [command_of("x", "Close"), command_of("y", "Finish")],
        command_of("c", "Look"),
        "FINAL_STATE",
        "parked",
        "parked",
    ),
    ([], command_of("c", "Note"), "NOTED", "recorded", "recorded"),
    ([], command_of("c", "Forget"), "FORGOTTEN", "dropped", "dropped"),
    ([], command_of("c", "Bury"), "BURIED", "parked", "parked"),
    ([], command_of("c", "Add", amount=0), "INVALID", "parked", "parked"),
    ([], command_of("c", "Multiply"), "INVALID", "redelivered", "parked"),
    ([], command_of("c", "Add", machine="tilt", amount=1), "INVALID", "redelivered", "parked"),
]


@pytest.mark.parametrize("fifo", [False, True], ids=["standard", "fifo"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[2]}-{row[1].name}")
def test_an_outcome_decides_what_happens_to_its_message(row: Any, fifo: bool) -> None:
    """Each row of the guide's table holds on both kinds of queue."""
    before, command, code, on_standard, on_fifo = row
    ports = ports_of()
    deliver(ports, *before)
    played = deliver(ports, command, fifo=fifo)
    assert played.codes == [code]
    assert played.dispositions == [on_fifo if fifo else on_standard]


def test_an_invariant_that_fails_may_hold_later() -> None:
    """The data may change before the next delivery, so a standard queue delivers again."""
    ports = ports_of()
    deliver(ports, *(command_of(f"c{index}", "Add", amount=999) for index in range(2)))
    played = deliver(ports, command_of("c", "Add", amount=500))
    assert (played.codes, played.dispositions) == (["INVARIANT_VIOLATED"], ["redelivered"])


@pytest.mark.parametrize(
    ("setting", "disposition"),
    [("redeliver", "redelivered"), ("dead_letter", "parked"), ("record", "recorded"), ("drop", "dropped")],
)
def test_the_operator_may_choose_for_branches_without_on_refusal(setting: str, disposition: str) -> None:
    """ON_REFUSAL overrides the default of the code, and a branch overrides ON_REFUSAL."""
    policy = Policy(OnRefusal(setting))
    played = deliver(ports_of(), command_of("c", "Open"), command_of("d", "Forget"), policy=policy)
    assert played.dispositions == [disposition, "dropped"]


def test_a_message_is_dead_lettered_with_its_code() -> None:
    """A message whose body is not a command is dead-lettered too."""
    queue = FakeQueue()
    deliver(ports_of(queue=queue), NOT_JSON, command_of("c", "Bury"))
    assert queue.dead_lettered == [("m-0", "INVALID"), ("m-1", "BURIED")]


def test_without_a_dead_letter_queue_a_message_is_a_failure() -> None:
    """The outcome stays the same; the queue's own redrive policy moves the message in the end."""
    queue = FakeQueue(NoDeadLetterQueue())
    [result] = deliver(ports_of(queue=queue), command_of("c", "Bury")).results
    assert (result.code, result.failed) == ("BURIED", True)
    assert result.note == "no dead-letter queue is configured"
    assert queue.delays == []


def test_an_unconfirmed_dead_lettering_is_a_failure_and_delayed() -> None:
    """Dead-lettering counts as done only when it is confirmed."""
    queue = FakeQueue(QueueUnavailable("AccessDenied"))
    [result] = deliver(ports_of(queue=queue), NOT_JSON).results
    assert result.failed
    assert queue.delays == [("m-0", 30)]


def test_a_recorded_refusal_takes_a_version_and_changes_nothing_else() -> None:
    """It is stored as a reserved event that does not change the state."""
    ports = ports_of()
    played = deliver(ports, *adds(1), command_of("n", "Note"), *adds(1, start=1))
    [commit] = commits(ports)
    assert [event.type for event in commit.events] == ["Added", "$refused", "Added"]
    assert (
        commit.events[1].data
        == '{"code":"NOTED","command":"Note","message":"\\"Note\\" is refused in state \\"open\\""}'
    )
    assert [result.version for result in played.results] == [1, 2, 3]


def test_the_repeat_of_a_recorded_refusal_is_a_duplicate() -> None:
    """The refusal remains the outcome of the command, even in a later state."""
    ports = ports_of()
    deliver(ports, command_of("n", "Note"))
    [result] = deliver(ports, command_of("n", "Note")).results
    assert (result.code, result.reason) == ("DUPLICATE", "was NOTED before")


def test_a_stream_records_a_limited_number_of_refusals_in_a_row() -> None:
    """Beyond the limit, refusals are dead-lettered until another command is accepted."""
    ports = ports_of()
    for index in range(REFUSALS_RECORDED_MAX - 1):
        deliver(ports, command_of(f"n{index}", "Note"))
    notes = [command_of(f"last{index}", "Note") for index in range(2)]
    assert deliver(ports, *notes).dispositions == ["recorded", "parked"]
    assert deliver(ports, command_of("late", "Note")).dispositions == ["parked"]
    assert deliver(ports, *adds(1), command_of("again", "Note")).dispositions == ["deleted", "recorded"]


def test_a_reused_id_cannot_be_recorded() -> None:
    """The id is already in the stream, so the command is dead-lettered instead."""
    ports = ports_of()
    deliver(ports, *adds(1))
    played = deliver(ports, command_of("add-0", "Close"), policy=Policy(OnRefusal.RECORD))
    assert (played.codes, played.dispositions) == (["ID_REUSED"], ["parked"])


def test_a_machine_that_appears_with_a_refresh_is_used() -> None:
    """A definition that was just published does not cost a redelivery."""
    source = FakeSource(later=(MACHINE,))
    assert deliver(ports_of(source=source), *adds(1)).codes == ["ACCEPTED"]
    assert source.refreshes == 1


def test_a_command_that_appears_with_a_refresh_is_used() -> None:
    """The same applies to a new command of a known machine."""
    older = machine_of(
        "{machine: till, initial: open, commands: {Look: {}}, states: {open: {accepts: {Look: open}}}}"
    )
    source = FakeSource(older, later=(MACHINE,))
    assert deliver(ports_of(source=source), *adds(1)).codes == ["ACCEPTED"]


def test_a_batch_refreshes_its_definitions_once() -> None:
    """One refresh serves any number of messages for unknown machines."""
    source = FakeSource(MACHINE)
    unknown = [command_of(f"c{index}", "Add", machine=f"m{index}") for index in range(5)]
    played = deliver(ports_of(source=source), *unknown)
    assert (set(played.dispositions), source.refreshes) == ({"redelivered"}, 1)


def test_an_unknown_command_does_not_affect_its_neighbours() -> None:
    """Even while definitions cannot be refreshed, the last good machine handles its commands."""
    source, queue = FakeSource(MACHINE), FakeQueue()
    source.current = False
    played = deliver(
        ports_of(source=source, queue=queue), *adds(1), command_of("m", "Multiply"), *adds(1, start=1)
    )
    assert played.codes == ["ACCEPTED", "INVALID", "ACCEPTED"]
    assert queue.delays == [("m-1", 30)]


def test_a_command_that_emits_nothing_writes_nothing() -> None:
    """A command with `emit: []` is accepted on the state that was read."""
    ports = ports_of()
    assert deliver(ports, command_of("c", "Look")).asked(Append) == []
    assert commits(ports, STREAM) == ()


def test_attributes_that_do_not_fit_are_counted() -> None:
    """The message is dead-lettered without them."""
    queue = FakeQueue()
    queue.complete = False
    ports = ports_of(queue=queue)
    assert deliver(ports, command_of("c", "Bury")).dispositions == ["parked"]
    assert counts(ports)["parked_incomplete"] == 1


def test_authors_are_warned_of_every_builtin_outcome_code() -> None:
    """Other codes are distinguishable from those of the engine."""
    words = {"ACCEPTED", "DUPLICATE", "INVALID", *(kind.upper() for kind in FailureKind)}
    assert words == OUTCOME_WORDS
    assert ACCEPTED.upper() in OUTCOME_WORDS
