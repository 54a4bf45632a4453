"""Batches that begin on cached state need fewer requests, and give the same answers."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest

from statewright.errors import StoreError, StoreUnavailable
from statewright.machine.messages import Command
from statewright.runtime.driver import Ports
from statewright.runtime.effects import Append, Effect, FindCommands, KeepCached, Read, ReadAfter
from statewright.runtime.policy import REFUSALS_RECORDED_MAX, Policy
from statewright.runtime.queue import NoDeadLetterQueue
from statewright.runtime.state_cache import StateCache
from statewright.stores.memory import MemoryStore
from statewright.stores.rules import absent
from tests.given import machine_of
from tests.runtime.harness import (
    MACHINE,
    STREAM,
    TILL,
    FakeQueue,
    FakeSource,
    Played,
    adds,
    command_of,
    commits,
    counts,
    deliver,
    once,
    ports_of,
    raising,
)

WINDOWED = Policy(dedupe_window=256)
EVERY_10 = Policy(snapshot_every=10, dedupe_window=256)


def warm(*commands: Command, policy: Policy = WINDOWED) -> Ports:
    """Return a process that has handled these commands, each in a batch of its own."""
    ports = ports_of(cache=StateCache())
    for one in commands or (command_of("first", "Add", amount=1),):
        deliver(ports, one, policy=policy)
    return ports


def elsewhere(ports: Ports, *commands: Command) -> None:
    """Handle these commands of the same stream in another process, each in a batch of its own."""
    for one in commands:
        deliver(ports_of(store=ports.store), one)


def asked_of_store(played: Played) -> list[str]:
    return [
        type(one).__name__
        for one in played.requests
        if isinstance(one, Read | ReadAfter | FindCommands | Append)
    ]


def test_an_acceptance_is_one_request_to_the_store() -> None:
    """The append itself detects whether the state was current."""
    ports = warm()
    played = deliver(ports, *adds(3), policy=WINDOWED)
    assert (played.codes, asked_of_store(played)) == (["ACCEPTED"] * 3, ["Append"])
    assert counts(ports)["cache_hits"] == 1


def test_a_new_stream_is_cached_from_its_first_commit_on() -> None:
    """The state after an append is cached, not only state that was read."""
    ports = ports_of(cache=StateCache())
    asked = [asked_of_store(deliver(ports, one, policy=WINDOWED)) for one in adds(3)]
    assert asked == [["Read", "Append"], ["Append"], ["Append"]]


def test_a_store_that_never_forgets_is_asked_for_older_ids() -> None:
    """Like a load from a snapshot, a cached state does not know older ids."""
    assert asked_of_store(deliver(warm(), *adds(2))) == ["FindCommands", "Append"]


def test_a_refusal_requires_a_read() -> None:
    """A command is never refused on cached state alone."""
    ports = warm()
    played = deliver(ports, command_of("x", "Add", amount=13), policy=WINDOWED)
    assert (played.codes, asked_of_store(played)) == (["UNLUCKY"], ["ReadAfter"])
    assert counts(ports)["cache_confirmations"] == 1


def test_all_events_of_a_catch_up_read_are_counted() -> None:
    """A commit of 60 events counts as 60 replayed events."""
    ports = warm()
    elsewhere(ports, command_of("b", "Burst"))
    before = counts(ports)["replayed_events"]
    deliver(ports, command_of("x", "Add", amount=13), policy=WINDOWED)
    assert counts(ports)["replayed_events"] - before == 60


def test_a_refusal_on_outdated_state_becomes_an_acceptance() -> None:
    """This process saw the till closed, and another process has reopened it."""
    ports = warm(command_of("c", "Close"))
    elsewhere(ports, command_of("r", "Reopen"))
    assert deliver(ports, *adds(1), policy=WINDOWED).codes == ["ACCEPTED"]


def test_an_acceptance_without_events_requires_a_read() -> None:
    """No append would detect that another process has closed the till."""
    ports = warm()
    elsewhere(ports, command_of("c", "Close"))
    played = deliver(ports, command_of("l", "Look"), policy=WINDOWED)
    assert (played.codes, asked_of_store(played)) == (["NOT_ACCEPTED"], ["ReadAfter"])


def test_an_invalid_command_requires_a_read() -> None:
    """Its id may be in the stream by now, and a stored command is never decided again."""
    ports = warm()
    elsewhere(ports, command_of("x", "Add", amount=1))
    assert deliver(ports, command_of("x", "Add", amount=0), policy=WINDOWED).codes == ["ID_REUSED"]


def test_a_refusal_that_was_confirmed_leaves_a_cached_state() -> None:
    """The state from the confirming read is cached."""
    ports = warm()
    elsewhere(ports, *adds(1))
    deliver(ports, command_of("x", "Add", amount=13), policy=WINDOWED)
    assert asked_of_store(deliver(ports, *adds(1, start=1), policy=WINDOWED)) == ["Append"]


def test_a_refusal_next_to_an_acceptance_depends_on_the_append() -> None:
    """The conditional write confirms the state on which both commands were decided."""
    played = deliver(warm(), command_of("x", "Add", amount=13), *adds(1), policy=WINDOWED)
    assert (played.codes, asked_of_store(played)) == (["UNLUCKY", "ACCEPTED"], ["Append"])


def test_a_duplicate_needs_no_request_to_the_store() -> None:
    """A command that is in the stream stays there."""
    played = deliver(warm(*adds(1)), *adds(1), policy=WINDOWED)
    assert (played.codes, asked_of_store(played)) == (["DUPLICATE"], [])


def test_one_commit_behind_costs_one_conflict() -> None:
    """The winner is folded and the next version tried, without a read."""
    ports = warm()
    elsewhere(ports, *adds(1))
    played = deliver(ports, *adds(1, start=1), policy=WINDOWED)
    assert (played.codes, asked_of_store(played)) == (["ACCEPTED"], ["Append", "Append"])


def test_many_commits_behind_cost_one_read() -> None:
    """After two conflicts the batch reads, instead of following commit by commit until it gives up."""
    ports = warm()
    elsewhere(ports, *adds(20))
    played = deliver(ports, *adds(1, start=20), policy=WINDOWED)
    assert (played.codes, asked_of_store(played)) == (
        ["ACCEPTED"],
        ["Append", "Append", "ReadAfter", "Append"],
    )
    assert counts(ports)["conflicts"] == 2


def test_a_state_more_than_a_page_behind_is_loaded_again() -> None:
    """Loading from the latest snapshot reads less than all missed commits."""
    ports = warm(policy=EVERY_10)
    elsewhere(ports, *adds(101))
    played = deliver(ports, command_of("x", "Add", amount=13), policy=EVERY_10)
    assert (played.codes, asked_of_store(played)) == (["UNLUCKY"], ["ReadAfter", "Read"])


def test_a_command_settled_by_another_process_is_a_duplicate() -> None:
    """The conflict reveals the winning commit although the state is cached."""
    ports = warm()
    elsewhere(ports, *adds(1))
    assert deliver(ports, *adds(2), policy=WINDOWED).codes == ["DUPLICATE", "ACCEPTED"]
    assert [command.id for commit in commits(ports) for command in commit.commands] == [
        "first",
        "add-0",
        "add-1",
    ]


@pytest.mark.parametrize("fault", [StoreUnavailable("down"), StoreError("damaged"), KeyboardInterrupt()])
def test_a_batch_that_fails_leaves_no_cached_state(fault: BaseException) -> None:
    """It is unknown whether the append was made, so the next batch reads."""
    ports = warm()

    def fail(request: Effect) -> None:
        if isinstance(request, Append):
            raise fault

    with suppress(KeyboardInterrupt):
        deliver(ports, *adds(1), policy=WINDOWED, act=fail)
    assert asked_of_store(deliver(ports, *adds(1), policy=WINDOWED)) == ["Read", "Append"]


def test_another_definition_requires_a_load() -> None:
    """Cached state is valid only for the definition that folded it."""
    source = FakeSource(MACHINE)
    ports = ports_of(source=source, cache=StateCache())
    deliver(ports, *adds(1), policy=WINDOWED)
    newer = machine_of(TILL.replace("version: 2", "version: 3").replace("Not thirteen", "Never"))
    source.machines = {"till": newer}
    played = deliver(ports, *adds(1, start=1), policy=WINDOWED)
    assert (asked_of_store(played), played.results[0].digest) == (["Read", "Append"], newer.digest)


def test_a_recompiled_definition_keeps_the_cached_state() -> None:
    """The digest identifies how a definition decides and folds."""
    source = FakeSource(MACHINE)
    ports = ports_of(source=source, cache=StateCache())
    deliver(ports, *adds(1), policy=WINDOWED)
    source.machines = {"till": machine_of(TILL)}
    assert asked_of_store(deliver(ports, *adds(1, start=1), policy=WINDOWED)) == ["Append"]


def test_a_winner_of_a_newer_definition_is_not_followed() -> None:
    """The state is not cached either, so the next batch reads and finds the same commit."""
    ports = warm()
    newer = machine_of(TILL.replace("version: 2", "version: 3"))
    deliver(ports_of(store=ports.store, source=FakeSource(newer)), *adds(1))
    first = deliver(ports, *adds(1, start=1), policy=WINDOWED)
    second = deliver(ports, *adds(1, start=1), policy=WINDOWED)
    assert (first.codes, second.codes) == (["TRANSIENT"], ["TRANSIENT"])
    assert (asked_of_store(first), asked_of_store(second)) == (["Append"], ["Read"])


@pytest.mark.parametrize(("expected", "code"), [(1, "VERSION_MISMATCH"), (3, "ACCEPTED")])
def test_an_expected_version_is_compared_with_the_stream(expected: int, code: str) -> None:
    """The comparison ignores the cached version, which is 1."""
    ports = warm()
    elsewhere(ports, *adds(2))
    played = deliver(ports, command_of("e", "Add", amount=1, expected_version=expected), policy=WINDOWED)
    assert played.codes == [code]


def test_recorded_refusals_are_counted_across_batches() -> None:
    """The limit on consecutive recorded refusals also applies to cached state."""
    ports = warm(*(command_of(f"n{index}", "Note") for index in range(REFUSALS_RECORDED_MAX)))
    assert deliver(ports, command_of("late", "Note"), policy=WINDOWED).dispositions == ["parked"]
    assert len(commits(ports)) == REFUSALS_RECORDED_MAX


def test_snapshots_are_written_without_loads() -> None:
    """The events since the last snapshot are counted from batch to batch."""
    ports = warm(*adds(35), policy=EVERY_10)
    assert [commit.head for commit in commits(ports) if commit.snapshot] == [10, 20, 30]


@pytest.mark.slow
def test_a_snapshot_remembers_the_same_commands_as_a_cold_one() -> None:
    """The cache drops only ids that a load would not find either."""
    snapshots = []
    for cache in (StateCache(), None):
        ports = ports_of(cache=cache)
        for command in adds(300):
            deliver(ports, command, policy=EVERY_10)
        snapshots.append([commit.snapshot for commit in commits(ports)])
    assert snapshots[0] == snapshots[1]


def test_memory_of_one_stream_is_bounded() -> None:
    """The cache remembers only the commands of a snapshot and those after it."""
    ports = warm(*adds(400), policy=EVERY_10)
    aggregate = ports.cache.take(STREAM)
    assert aggregate is not None
    assert list(aggregate.known) == [f"add-{index}" for index in range(400 - 256, 400)]


@pytest.mark.parametrize(
    "others", [[], [command_of("a", "Add", amount=1)]], ids=["alone", "beside an append"]
)
def test_an_id_that_was_dropped_from_memory_is_still_known(others: list[Command]) -> None:
    """If the store never forgets, the id is looked up, so a repetition is not refused as a new command."""
    ports = warm(
        *adds(300), command_of("c", "Close"), command_of("r", "Reopen"), policy=Policy(snapshot_every=10)
    )
    played = deliver(ports, command_of("add-0", "Add", amount=13), *adds(1, start=1), *others)
    assert played.codes == ["ID_REUSED", "DUPLICATE", *(["ACCEPTED"] * len(others))]


def test_a_stream_that_cannot_be_replayed_is_not_kept() -> None:
    """Each delivery detects it again."""
    [commit] = commits(warm())
    store = MemoryStore()
    store.append(absent(STREAM), replace(commit, events=(replace(commit.events[0], type="Unheard"),)))
    ports = ports_of(store=store, cache=StateCache())
    played = [deliver(ports, *adds(1), policy=WINDOWED) for _ in range(2)]
    assert [one.codes for one in played] == [["QUARANTINED"]] * 2
    assert [one.asked(KeepCached) for one in played] == [[], []]


def test_a_cache_ahead_of_its_stream_recovers() -> None:
    """A store restored to an earlier state refuses the append; the next delivery reads its current state."""
    ports = warm(*adds(3))
    earlier = MemoryStore()
    earlier.append(absent(STREAM), commits(ports)[0])
    ports = replace(ports, store=earlier)
    assert deliver(ports, *adds(1, start=3), policy=WINDOWED).codes == ["QUARANTINED"]
    assert deliver(ports, *adds(1, start=3), policy=WINDOWED).codes == ["ACCEPTED"]
    assert [commit.version for commit in commits(ports)] == [1, 2]


def test_two_batches_of_one_process_share_no_state() -> None:
    """If two message groups hold one aggregate, the second batch loads, and both succeed."""
    ports = warm()
    second: list[Played] = []

    def other(_request: Effect) -> None:
        second.append(deliver(ports, *adds(1), policy=WINDOWED))

    first = deliver(ports, *adds(1, start=1), policy=WINDOWED, fifo=True, act=once(Append, other))
    assert (first.codes, second[0].codes) == (["ACCEPTED"], ["ACCEPTED"])
    assert (asked_of_store(first), asked_of_store(second[0])) == (["Append", "Append"], ["Read", "Append"])


def test_a_failure_on_fifo_keeps_the_confirmed_state() -> None:
    """The message that cannot be dead-lettered blocks its group, and the next delivery uses the cache."""
    ports = replace(warm(), queue=FakeQueue(NoDeadLetterQueue()))
    held = deliver(ports, *adds(1), command_of("x", "Bury"), *adds(1, start=1), fifo=True, policy=WINDOWED)
    assert held.codes == ["ACCEPTED", "BURIED", "HANDED_BACK"]
    assert asked_of_store(deliver(ports, *adds(1, start=1), fifo=True, policy=WINDOWED)) == ["Append"]


def test_a_retried_append_leaves_a_cached_state() -> None:
    """The retry's success confirms the state."""
    ports = warm()
    act = once(Append, raising(StoreUnavailable("throttled")))
    assert deliver(ports, *adds(1), policy=WINDOWED, act=act).codes == ["ACCEPTED"]
    assert asked_of_store(deliver(ports, *adds(1, start=1), policy=WINDOWED)) == ["Append"]
