"""An older definition does not fold events of a newer one, because they may mean something else."""

from __future__ import annotations

from dataclasses import replace

from statewright.machine.compiled import Machine
from statewright.runtime.driver import Ports
from statewright.runtime.effects import Append, Effect, Read
from statewright.runtime.policy import Policy
from statewright.stores.memory import MemoryStore
from statewright.stores.record import Commit
from statewright.stores.rules import absent
from tests.given import machine_of
from tests.runtime.harness import (
    MACHINE,
    STREAM,
    TILL,
    FakeQueue,
    FakeSource,
    adds,
    command_of,
    commits,
    deliver,
    once,
    ports_of,
)

VERSION_3 = TILL.replace("version: 2", "version: 3")
# The same transitions with another sum: every fold by MACHINE succeeds, with wrong data.
DOUBLING = machine_of(VERSION_3.replace("data.total + event.amount", "data.total + event.amount * 2"))
RENUMBERED = machine_of(VERSION_3)  # the same behaviour

ALWAYS = Policy(snapshot_every=1)
NEVER = Policy(snapshot_every=10**6)


def written_by(machine: Machine, *, count: int = 1, policy: Policy = NEVER) -> MemoryStore:
    """Return a store with `count` commits of `machine`."""
    ports = ports_of(source=FakeSource(machine))
    for command in adds(count):
        deliver(ports, command, policy=policy)
    assert isinstance(ports.store, MemoryStore)
    return ports.store


def written_by_both() -> Ports:
    """Return a stream of version 3: a commit without a snapshot, then one with a snapshot."""
    store = written_by(RENUMBERED)
    deliver(ports_of(store=store, source=FakeSource(RENUMBERED)), *adds(1, start=1), policy=ALWAYS)
    return ports_of(store=store)


def test_events_of_a_newer_definition_are_not_folded_by_an_older_one() -> None:
    """The fold would give wrong data, so the result is transient if a refresh finds no newer definition."""
    queue, source = FakeQueue(), FakeSource(MACHINE)
    ports = ports_of(store=written_by(DOUBLING), queue=queue, source=source)
    played = deliver(ports, command_of("c", "Add", amount=1))
    assert (played.codes, queue.delays, source.refreshes) == (["TRANSIENT"], [("m-0", 30)], 1)
    assert len(commits(ports)) == 1


def test_a_command_is_decided_by_the_refreshed_definition() -> None:
    """The command is decided by the definition that wrote the stream."""
    ports = ports_of(store=written_by(DOUBLING), source=FakeSource(MACHINE, later=(DOUBLING,)))
    [result] = deliver(ports, command_of("c", "Add", amount=1), policy=ALWAYS).results
    assert (result.code, result.version, result.digest) == ("ACCEPTED", 2, DOUBLING.digest)
    [*_, last] = commits(ports)
    assert last.snapshot is not None
    assert last.snapshot.data == '{"total":4}'


def test_no_older_page_is_read_after_a_commit_of_a_newer_definition() -> None:
    """One page is enough, however long the stream is."""
    ports = ports_of(store=written_by(DOUBLING, count=250))
    assert len(deliver(ports, command_of("c", "Look")).asked(Read)) == 1


def test_a_commit_whose_own_snapshot_has_our_behaviour_is_folded() -> None:
    """Both definitions fold alike; this snapshot is damaged, so the events are used."""
    [commit] = written_by(RENUMBERED, policy=ALWAYS).read(STREAM).commits
    assert commit.snapshot is not None
    ports = rewritten(replace(commit, snapshot=replace(commit.snapshot, data="{")))
    assert deliver(ports, command_of("c", "Add", amount=1)).codes == ["ACCEPTED"]


def test_a_later_snapshot_of_our_behaviour_makes_older_commits_unnecessary() -> None:
    """Commits before a usable snapshot are not folded, whichever version wrote them."""
    assert deliver(written_by_both(), command_of("c", "Look")).codes == ["ACCEPTED"]


def test_a_winner_of_a_newer_definition_is_not_followed() -> None:
    """The rule also applies after a conflict."""
    ports = ports_of()
    newer = ports_of(store=ports.store, source=FakeSource(DOUBLING))

    def rival(_request: Effect) -> None:
        deliver(newer, command_of("r", "Add", amount=1))

    assert deliver(ports, *adds(1), act=once(Append, rival)).codes == ["TRANSIENT"]


def test_events_of_an_older_definition_are_folded_by_a_newer_one() -> None:
    """The command `compat` checks that this is safe."""
    ports = ports_of(store=written_by(MACHINE), source=FakeSource(DOUBLING))
    assert deliver(ports, command_of("c", "Add", amount=1)).codes == ["ACCEPTED"]


def rewritten(commit: Commit) -> Ports:
    store = MemoryStore()
    store.append(absent(STREAM), commit)
    return ports_of(store=store)
