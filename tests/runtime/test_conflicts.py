"""Two writers on one stream: the loser folds the winner's commit and decides again, without a read."""

from __future__ import annotations

import pytest

from statewright.errors import DuplicateCommand, StoreUnavailable
from statewright.machine.messages import Command
from statewright.runtime.driver import Ports
from statewright.runtime.effects import Append, Effect, Now, Pause, Read, ReadAfter
from statewright.runtime.policy import REFUSALS_RECORDED_MAX
from statewright.runtime.process import DECIDED_AGAIN_MAX
from statewright.stores.record import StoredCommand
from tests.runtime.harness import Act, adds, command_of, commits, counts, deliver, once, ports_of, raising


def others(*commands: Command, ports: Ports) -> Act:
    """Process these commands in another handler just before the current request."""

    def deed(_request: Effect) -> None:
        deliver(ports, *commands)

    return deed


def test_the_loser_decides_again_on_the_state_after_the_winner() -> None:
    """After a conflict, a command may be refused because of the winner's state."""
    ports = ports_of()
    played = deliver(
        ports,
        command_of("l", "Look"),
        *adds(1),
        act=once(Append, others(command_of("c", "Close"), ports=ports)),
    )
    assert played.codes == ["NOT_ACCEPTED", "NOT_ACCEPTED"]


def test_the_next_version_is_tried_without_a_read() -> None:
    """The conflict returns the winning commit, so it costs only one more append."""
    ports = ports_of()
    played = deliver(ports, *adds(1), act=once(Append, others(*adds(2, start=5), ports=ports)))
    assert (played.codes, len(played.asked(Read)), len(played.asked(Append))) == (["ACCEPTED"], 1, 2)
    assert [commit.version for commit in commits(ports)] == [1, 3]


def test_a_command_in_the_winning_commit_is_a_duplicate() -> None:
    """Two copies of a message handled at once have one effect; the other commands are decided again."""
    ports = ports_of()
    played = deliver(ports, *adds(2), act=once(Append, others(*adds(1), ports=ports)))
    assert (played.codes, len(played.asked(Append))) == (["DUPLICATE", "ACCEPTED"], 2)
    assert [result.version for result in played.results] == [1, 2]


def test_a_refusal_that_the_winner_recorded_counts_towards_the_limit() -> None:
    """Only one of two concurrent writers records the last refusal that the limit allows."""
    ports = ports_of()
    for index in range(REFUSALS_RECORDED_MAX - 1):
        deliver(ports, command_of(f"n{index}", "Note"))
    rival = others(command_of("rival", "Note"), ports=ports)
    assert deliver(ports, command_of("late", "Note"), act=once(Append, rival)).dispositions == ["parked"]


def test_each_round_reads_the_clock_once() -> None:
    """A retried append sends the same bytes; deciding again takes a new time."""
    ports = ports_of()
    played = deliver(ports, *adds(1), act=once(Append, others(*adds(1, start=9), ports=ports)))
    assert len(played.asked(Now)) == 2


def test_a_command_that_loses_every_round_is_transient() -> None:
    """The number of rounds is limited, and the batch stores nothing."""
    ports = ports_of()
    rivals = iter(adds(99, start=100))

    def deed(_request: Effect) -> None:
        deliver(ports, next(rivals))

    played = deliver(ports, *adds(2), act=once(Append, deed, times=99))
    assert played.codes == ["TRANSIENT", "TRANSIENT"]
    assert len(played.asked(Append)) == counts(ports)["conflicts"] == 1 + DECIDED_AGAIN_MAX


def test_an_append_whose_answer_was_lost_is_retried() -> None:
    """The retried append recognizes its own commit, so the command has one effect and is accepted."""
    ports = ports_of()

    def deed(request: Effect) -> None:
        assert isinstance(request, Append)
        ports.store.append(request.head, request.commit)
        raise StoreUnavailable("the connection closed")

    played = deliver(ports, *adds(1), act=once(Append, deed))
    first, second = played.asked(Append)
    assert (played.codes, first, len(commits(ports))) == (["ACCEPTED"], second, 1)


def test_a_lost_answer_is_recognized_even_behind_a_later_commit() -> None:
    """The retried append succeeds, and the next part of the batch has a conflict with the other commit."""
    ports = ports_of()

    def deed(request: Effect) -> None:
        assert isinstance(request, Append)
        ports.store.append(request.head, request.commit)
        deliver(ports, *adds(1, start=7))
        raise StoreUnavailable("the connection closed")

    played = deliver(ports, command_of("b1", "Burst"), command_of("b2", "Burst"), act=once(Append, deed))
    assert played.codes == ["ACCEPTED", "ACCEPTED"]
    assert [commit.head for commit in commits(ports)] == [60, 61, 121]


def test_a_retry_waits_longer_each_time() -> None:
    """Retries of an unavailable store are limited in number; then the messages fail."""
    played = deliver(ports_of(), *adds(1), act=once(Append, raising(StoreUnavailable("locked")), times=99))
    pauses = [request.seconds for request in played.asked(Pause)]
    assert played.codes == ["TRANSIENT"]
    assert pauses == sorted(set(pauses))
    assert len(played.asked(Append)) == len(pauses) + 1


def test_an_unavailable_store_gets_four_attempts() -> None:
    """A failure of the fourth attempt is final until the next delivery."""
    third, fourth = (
        deliver(ports_of(), *adds(1), act=once(Append, raising(StoreUnavailable("locked")), times=times))
        for times in (3, 4)
    )
    assert (third.codes, len(third.asked(Append))) == (["ACCEPTED"], 4)
    assert (fourth.codes, len(fourth.asked(Append))) == (["TRANSIENT"], 4)
    assert [request.seconds for request in fourth.asked(Pause)] == [0.05, 0.2, 0.8]


def test_a_duplicate_that_only_the_store_knew_is_learned() -> None:
    """The store may reject an id that was not in any commit read."""
    stored = StoredCommand("add-0", adds(1)[0].digest, "accepted", 1)
    ports = ports_of()
    played = deliver(ports, *adds(2), act=once(Append, raising(DuplicateCommand("till/a", stored))))
    assert played.codes == ["DUPLICATE", "ACCEPTED"]


@pytest.mark.parametrize("settled_before", [1, 2])
def test_a_later_part_that_fails_leaves_earlier_parts_accepted(settled_before: int) -> None:
    """Commands in stored commits are reported as accepted although a later append fails."""
    commands = [command_of(f"b{index}", "Burst") for index in range(3)]
    seen: list[Effect] = []

    def act(request: Effect) -> None:
        seen.append(request)
        if isinstance(request, Append) and sum(isinstance(one, Append) for one in seen) > settled_before:
            raise StoreUnavailable("down")

    played = deliver(ports_of(), *commands, act=act)
    assert played.codes == ["ACCEPTED"] * settled_before + ["TRANSIENT"] * (3 - settled_before)


def test_no_message_is_dead_lettered_before_the_append_succeeds() -> None:
    """When the append fails, a refusal decided after it is not reported either."""
    failing = once(Append, raising(StoreUnavailable("down")), times=99)
    played = deliver(ports_of(), *adds(1), command_of("x", "Bury"), act=failing)
    assert played.codes == ["TRANSIENT", "TRANSIENT"]


def test_a_refusal_after_a_conflict_requires_a_read() -> None:
    """The winner closed the till and a later commit reopened it, so the command is accepted."""
    ports = ports_of()

    def deed(_request: Effect) -> None:
        deliver(ports, command_of("c", "Close"))
        deliver(ports, command_of("r", "Reopen"))

    played = deliver(ports, *adds(1), act=once(Append, deed))
    assert (played.codes, len(played.asked(ReadAfter))) == (["ACCEPTED"], 1)
    assert [command.id for commit in commits(ports) for command in commit.commands] == ["c", "r", "add-0"]


def test_an_acceptance_without_events_after_a_conflict_requires_a_read() -> None:
    """The winner reopened the till and a later commit closed it, so the command is not accepted."""
    ports = ports_of()
    deliver(ports, command_of("c0", "Close"))

    def deed(_request: Effect) -> None:
        deliver(ports, command_of("r", "Reopen"), *adds(1))
        deliver(ports, command_of("c1", "Close"))

    commands = [command_of("r", "Reopen"), command_of("l", "Look")]
    assert deliver(ports, *commands, act=once(Append, deed)).codes == ["DUPLICATE", "NOT_ACCEPTED"]


def test_duplicates_after_a_conflict_need_no_read() -> None:
    """Commands in the winning commit are known to be in the stream."""
    ports = ports_of()
    played = deliver(ports, *adds(2), act=once(Append, others(*adds(3), ports=ports)))
    assert (played.codes, len(played.asked(Read))) == (["DUPLICATE", "DUPLICATE"], 1)


def test_a_refusal_next_to_an_append_needs_no_read() -> None:
    """The append succeeds only if the state that the refusal depends on is current."""
    ports = ports_of()
    commands = [command_of("x", "Add", amount=13), *adds(1)]
    played = deliver(ports, *commands, act=once(Append, others(*adds(1, start=5), ports=ports)))
    assert (played.codes, len(played.asked(Read))) == (["UNLUCKY", "ACCEPTED"], 1)
