"""A batch's commands on one aggregate become one commit, in order and within size limits."""

from __future__ import annotations

from statewright.runtime.effects import Append
from statewright.runtime.policy import CONTENT_BYTES_MAX
from tests.given import machine_of
from tests.runtime.harness import FakeSource, adds, command_of, commits, deliver, ports_of


def test_commands_of_one_aggregate_become_one_commit() -> None:
    """A batch costs each of its aggregates one append."""
    ports = ports_of()
    played = deliver(ports, *adds(3), command_of("b", "Add", aggregate="b", amount=1))
    assert [len(request.commit.events) for request in played.asked(Append)] == [3, 1]
    assert [result.version for result in played.results] == [1, 2, 3, 1]


def test_commands_are_decided_in_arrival_order_on_the_tentative_state() -> None:
    """Each command sees the changes made by earlier commands of its batch."""
    ports = ports_of()
    played = deliver(
        ports,
        command_of("1", "Close"),
        command_of("2", "Look"),
        command_of("3", "Reopen"),
        command_of("4", "Look"),
    )
    assert played.codes == ["ACCEPTED", "NOT_ACCEPTED", "ACCEPTED", "ACCEPTED"]


def test_the_expected_version_is_held_against_the_tentative_head() -> None:
    """A sender may number its commands in advance within one batch."""
    first = command_of("c0", "Add", amount=1, expected_version=0)
    second = command_of("c1", "Add", amount=1, expected_version=1)
    late = command_of("c2", "Add", amount=1, expected_version=1)
    assert deliver(ports_of(), first, second, late).codes == ["ACCEPTED", "ACCEPTED", "VERSION_MISMATCH"]


def test_a_refused_command_stores_no_event_and_the_next_is_accepted() -> None:
    """On a standard queue, a refusal does not hold back other commands."""
    ports = ports_of()
    deliver(ports, *adds(1), command_of("x", "Add", amount=13), *adds(1, start=1))
    [commit] = commits(ports)
    assert [command.id for command in commit.commands] == ["add-0", "add-1"]


def test_the_same_command_twice_in_a_batch_is_stored_once() -> None:
    """The second copy is a duplicate of the first."""
    ports = ports_of()
    assert deliver(ports, *adds(1), *adds(1)).codes == ["ACCEPTED", "DUPLICATE"]
    assert len(commits(ports)) == 1


def test_a_repeat_of_a_refused_command_is_decided_on_its_own() -> None:
    """A refusal that is not recorded leaves no trace, so its repetition is not a duplicate."""
    early, late = command_of("r", "Reopen"), command_of("r", "Reopen")
    assert deliver(ports_of(), early, command_of("c", "Close"), late).codes == [
        "NOT_ACCEPTED",
        "ACCEPTED",
        "ACCEPTED",
    ]


def test_an_id_under_two_payloads_in_a_batch_is_reused() -> None:
    """A stored command owns its id: the same id with another payload is rejected."""
    assert (
        deliver(ports_of(), command_of("c", "Look"), *adds(1), command_of("add-0", "Look")).codes[-1]
        == "ID_REUSED"
    )


def test_a_commit_records_its_definition_and_actors() -> None:
    """A commit records the definition version and, per command, the actor and the number of events."""
    ports = ports_of()
    deliver(ports, command_of("b", "Burst"), *adds(1))
    [commit] = commits(ports)
    assert commit.definition.version == 2
    assert [(one.id, one.outcome, one.events, one.actor_id) for one in commit.commands] == [
        ("b", "accepted", 60, "u"),
        ("add-0", "accepted", 1, "u"),
    ]


def test_a_commit_is_cut_before_the_command_that_exceeds_its_events() -> None:
    """All events of a command are in the same commit."""
    ports = ports_of()
    deliver(ports, command_of("b1", "Burst"), *adds(40), command_of("b2", "Burst"), *adds(1, start=40))
    assert [len(commit.events) for commit in commits(ports)] == [100, 61]


def test_a_commit_holds_100_events_at_most() -> None:
    """The command that produces event 101 begins the next commit."""
    ports = ports_of()
    assert deliver(ports, *adds(101)).codes == ["ACCEPTED"] * 101
    assert [len(commit.events) for commit in commits(ports)] == [100, 1]


def test_a_commit_is_cut_before_the_command_that_exceeds_its_bytes() -> None:
    """Three payloads of a third of the limit need two commits."""
    ports = ports_of()
    large = [command_of(f"s{index}", "Sign", text="x" * (CONTENT_BYTES_MAX // 3)) for index in range(3)]
    deliver(ports, *large)
    assert [len(commit.events) for commit in commits(ports)] == [2, 1]


def test_events_that_no_commit_can_hold_are_invalid() -> None:
    """A payload whose stored text is too large is rejected before it reaches the store."""
    text = '"' * (CONTENT_BYTES_MAX // 3)
    [result] = deliver(ports_of(), command_of("s", "Sign", text=text)).results
    assert (result.code, result.disposition) == ("INVALID", "parked")
    assert result.reason.startswith("the command would add")


def test_a_commit_is_never_older_than_the_one_before() -> None:
    """When the clock is set back, the next commit takes the time of its predecessor."""
    ports = ports_of()
    deliver(ports, *adds(1))
    deliver(ports_of(store=ports.store, now=lambda: "2020-01-01T00:00:00.000000Z"), *adds(1, start=1))
    first, second = commits(ports)
    assert second.time == first.time


CLOCK = """
    machine: till
    initial: open
    events: {Stamped: {payload: {at: string}}}
    states: {open: {accepts: {Stamp: {emit: Stamped, with: {at: string(now)}}}}}
"""


def test_a_command_is_decided_at_the_time_of_its_commit() -> None:
    """Guards and payloads see the commit's time, even when the clock was set back."""
    ports = ports_of(source=FakeSource(machine_of(CLOCK)))
    deliver(ports, command_of("1", "Stamp"))
    late = ports_of(
        store=ports.store, source=FakeSource(machine_of(CLOCK)), now=lambda: "2020-01-01T00:00:00.000000Z"
    )
    deliver(late, command_of("2", "Stamp"))
    first, second = commits(ports)
    assert (second.time, second.events[0].data) == (first.time, first.events[0].data)
