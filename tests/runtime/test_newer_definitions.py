"""Streams that a newer definition has written to: ours folds nothing of what may mean something else."""

from __future__ import annotations

from dataclasses import replace

from statewright.machine.compiled import Machine
from statewright.runtime.driver import World
from statewright.runtime.effects import Append, Read, Request
from statewright.runtime.policy import Policy
from statewright.stores.memory import MemoryStore
from statewright.stores.record import Commit
from statewright.stores.rules import absent
from tests.given import machine_of
from tests.runtime.world import (
    MACHINE,
    STREAM,
    TILL,
    FakeQueue,
    FakeSource,
    adds,
    commits,
    deliver,
    once,
    wish,
    world_of,
)

VERSION_3 = TILL.replace("version: 2", "version: 3")
# The same moves and another sum: every fold of MACHINE succeeds, and is wrong.
DOUBLING = machine_of(VERSION_3.replace("data.total + event.amount", "data.total + event.amount * 2"))
RENUMBERED = machine_of(VERSION_3)  # the same behaviour

ALWAYS = Policy(snapshot_every=1)
NEVER = Policy(snapshot_every=10**6)


def written_by(machine: Machine, *, count: int = 1, policy: Policy = NEVER) -> MemoryStore:
    """A store with so many commits of `machine`."""
    world = world_of(source=FakeSource(machine))
    for command in adds(count):
        deliver(world, command, policy=policy)
    assert isinstance(world.store, MemoryStore)
    return world.store


def written_by_both() -> World:
    """A stream that version 3 began, with a snapshot by it behind a commit without one."""
    store = written_by(RENUMBERED)
    deliver(world_of(store=store, source=FakeSource(RENUMBERED)), *adds(1, start=1), policy=ALWAYS)
    return world_of(store=store)


def test_events_of_a_newer_definition_are_not_folded_by_an_older_one() -> None:
    """The fold would succeed, with wrong data; the source is looked at once more, then it is transient."""
    queue, source = FakeQueue(), FakeSource(MACHINE)
    world = world_of(store=written_by(DOUBLING), queue=queue, source=source)
    played = deliver(world, wish("c", "Add", amount=1))
    assert (played.codes, queue.delays, source.refreshes) == (["TRANSIENT"], [("m-0", 30)], 1)
    assert len(commits(world)) == 1


def test_a_refresh_that_brings_the_newer_definition_settles_with_it() -> None:
    """The command is decided by the definition that wrote the stream."""
    world = world_of(store=written_by(DOUBLING), source=FakeSource(MACHINE, later=(DOUBLING,)))
    [result] = deliver(world, wish("c", "Add", amount=1), policy=ALWAYS).results
    assert (result.code, result.version, result.digest) == ("ACCEPTED", 2, DOUBLING.digest)
    [*_, last] = commits(world)
    assert last.snapshot is not None
    assert last.snapshot.data == '{"total":4}'


def test_nothing_older_is_read_once_a_newer_definition_was_met() -> None:
    """However long the stream is, the first page tells."""
    world = world_of(store=written_by(DOUBLING, count=250))
    assert len(deliver(world, wish("c", "Look")).asked(Read)) == 1


def test_a_commit_whose_own_snapshot_has_our_behaviour_is_folded() -> None:
    """Both definitions fold alike; here the snapshot itself is damaged, so the events are used."""
    [commit] = written_by(RENUMBERED, policy=ALWAYS).read(STREAM).commits
    assert commit.snapshot is not None
    world = rewritten(replace(commit, snapshot=replace(commit.snapshot, data="{")))
    assert deliver(world, wish("c", "Add", amount=1)).codes == ["ACCEPTED"]


def test_a_later_snapshot_of_our_behaviour_makes_older_commits_unnecessary() -> None:
    """What stands before a usable snapshot is not folded, whoever wrote it."""
    assert deliver(written_by_both(), wish("c", "Look")).codes == ["ACCEPTED"]


def test_a_winner_of_a_newer_definition_is_not_followed() -> None:
    """After a conflict the same rule holds."""
    world = world_of()
    newer = world_of(store=world.store, source=FakeSource(DOUBLING))

    def rival(_request: Request) -> None:
        deliver(newer, wish("r", "Add", amount=1))

    assert deliver(world, *adds(1), act=once(Append, rival)).codes == ["TRANSIENT"]


def test_events_of_an_older_definition_are_folded_by_a_newer_one() -> None:
    """That is what `compat` answers for."""
    world = world_of(store=written_by(MACHINE), source=FakeSource(DOUBLING))
    assert deliver(world, wish("c", "Add", amount=1)).codes == ["ACCEPTED"]


def rewritten(commit: Commit) -> World:
    store = MemoryStore()
    store.append(absent(STREAM), commit)
    return world_of(store=store)
