"""Loading a stream into a state: snapshots, pages, ids, and streams that cannot be folded."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from statewright.runtime.driver import Ports
from statewright.runtime.effects import Append, Effect, FindCommands, Read
from statewright.runtime.policy import REFUSALS_RECORDED_MAX, Policy
from statewright.stores.memory import MemoryStore
from statewright.stores.port import Slice
from statewright.stores.record import Commit
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
)

EVERY_10 = Policy(snapshot_every=10)


def grown(*, each: int = 1, batches: int = 250, policy: Policy = EVERY_10) -> Any:
    """Return ports whose stream was filled by `batches` batches."""
    ports = ports_of()
    for index in range(batches):
        deliver(ports, *adds(each, start=index * each), policy=policy)
    return ports


def altered(ports: Any, **changes: Any) -> Any:
    """Return new ports with the same history, except for changes to the last snapshot."""
    *before, last = commits(ports)
    assert last.snapshot is not None
    return rewritten(*before, replace(last, snapshot=replace(last.snapshot, **changes)))


def rewritten(*history: Commit, **ports: Any) -> Any:
    """Return ports whose store holds these commits, even ones that no handler would write."""
    store = MemoryStore()
    store.commit_bytes_max = 10**7
    head = absent(STREAM)
    for commit in history:
        head = store.append(head, commit)
    return ports_of(store=store, **ports)


def total_after(ports: Any, played: Played) -> tuple[int, Any]:
    """Return the version and the total in a snapshot of the next commit."""
    deliver(ports, command_of("last", "Add", amount=1), policy=Policy(snapshot_every=1))
    snapshot = commits(ports)[-1].snapshot
    assert snapshot is not None
    return snapshot.head, json.loads(snapshot.data)["total"]


def test_a_snapshot_goes_into_a_commit_when_enough_events_have_passed() -> None:
    """Events are counted from the last snapshot, or from the beginning of the stream."""
    ports = grown(each=3, batches=8)
    assert [commit.head for commit in commits(ports) if commit.snapshot] == [12, 24]


@pytest.mark.slow
def test_a_snapshot_remembers_the_latest_commands_across_earlier_snapshots() -> None:
    """Commands read from before a snapshot are older than those the snapshot remembers."""
    ports = grown(batches=400)
    commands = [command.id for commit in commits(ports) for command in commit.commands]
    last = next(commit for commit in reversed(commits(ports)) if commit.snapshot)
    assert last.snapshot is not None
    assert last.head == len(commands)
    assert [command.id for command in last.snapshot.commands] == commands[-256:]


def test_a_snapshot_holds_the_state_after_its_commit() -> None:
    """It holds the leaf, data, head, behaviour, and the commands so far with their outcomes."""
    ports = ports_of()
    deliver(ports, *adds(2), command_of("n", "Note"), policy=Policy(snapshot_every=3))
    [commit] = commits(ports)
    assert commit.snapshot is not None
    assert (commit.snapshot.head, commit.snapshot.leaf, commit.snapshot.data) == (3, "open", '{"total":2}')
    assert commit.snapshot.behaviour == MACHINE.behaviour
    assert [(one.id, one.outcome) for one in commit.snapshot.commands] == [
        ("add-0", "accepted"),
        ("add-1", "accepted"),
        ("n", "NOTED"),
    ]


def test_a_snapshot_remembers_the_latest_commands_only() -> None:
    """Commands carried over from the previous snapshot count too."""
    ports = grown(each=30, batches=10)
    snapshot = commits(ports)[-1].snapshot
    assert snapshot is not None
    assert [one.id for one in snapshot.commands] == [f"add-{index}" for index in range(44, 300)]


def test_a_snapshot_is_due_after_many_bytes_too() -> None:
    """A stream of few large events also gets snapshots; two-byte characters count twice."""
    ports = ports_of()
    for index in range(3):
        deliver(ports, command_of(f"s{index}", "Sign", text="é" * 50_000))
    assert [commit.snapshot is not None for commit in commits(ports)] == [False, False, True]


def test_a_snapshot_that_makes_a_commit_too_large_is_left_out() -> None:
    """The commit is made without it, and a counter reports that."""
    machine = machine_of(TILL.replace("Signed: {payload: {text: string}}", _KEPT).replace("data:\n", _TEXT))
    ports = ports_of(source=FakeSource(machine))
    played = deliver(ports, command_of("s", "Sign", text="x" * 200_000), policy=Policy(snapshot_every=1))
    assert (played.codes, commits(ports)[0].snapshot) == (["ACCEPTED"], None)
    assert counts(ports)["snapshots_left_out"] == 1


_TEXT = "data:\n      text: {type: string, default: ''}\n"
_KEPT = "Signed: {payload: {text: string}, set: {text: event.text}}"


def test_one_page_is_enough_at_any_length() -> None:
    """With a snapshot in the newest page, no older page is read."""
    played = deliver(grown(), command_of("c", "Look"))
    assert (played.codes, len(played.asked(Read))) == (["ACCEPTED"], 1)


def test_an_id_older_than_the_commits_read_is_looked_up() -> None:
    """If the store knows all ids, every repetition is a duplicate."""
    ports = grown(each=3, batches=120)
    played = deliver(ports, *adds(1), command_of("new", "Add", amount=1))
    assert played.codes == ["DUPLICATE", "ACCEPTED"]
    assert played.asked(FindCommands) == [FindCommands(STREAM, ("add-0", "new"))]


def test_a_store_with_a_window_is_not_asked_for_ids() -> None:
    """Only ids in the snapshot and in the commits read are known."""
    windowed = Policy(snapshot_every=10, dedupe_window=256)
    assert deliver(grown(), *adds(1, start=200), policy=windowed).asked(FindCommands) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes",
    [
        {"behaviour": "0" * 64},
        {"head": 251},
        {"data": "{"},
        {"data": "[]"},
        {"data": "{}"},
        {"data": '{"total":"many"}'},
        {"data": '{"total":250,"more":1}'},
        {"data": '{"total":' + "[" * 200_000},
        {"leaf": "nowhere"},
    ],
)
def test_a_snapshot_that_cannot_be_used_is_a_miss(changes: dict[str, Any]) -> None:
    """The load uses an older snapshot and reaches the same state."""
    ports = altered(grown(), **changes)
    played = deliver(ports, command_of("c", "Look"))
    assert counts(ports)["snapshots_missed"] == 1
    assert total_after(ports, played) == (251, 251)


def test_without_any_usable_snapshot_the_whole_stream_is_read() -> None:
    """The load reads page by page back to the beginning, and then needs no look-up of ids."""
    ports = grown(policy=Policy(snapshot_every=10**6))
    played = deliver(ports, command_of("c", "Look"))
    assert [request.upto for request in played.asked(Read)] == [None, 150, 50]
    assert played.asked(FindCommands) == []
    assert total_after(ports, played) == (251, 251)


class ShortPages(MemoryStore):
    """A store whose pages end early, as those of DynamoDB end after a megabyte."""

    def read(self, stream: str, *, limit: int | None = None, **where: Any) -> Slice:
        return super().read(stream, limit=limit and min(limit, 7), **where)


def test_a_page_may_end_before_its_limit() -> None:
    """The load reads on, down to a snapshot or to the beginning."""
    for snapshot_every, pages in ((10, 2), (10**6, 4)):
        ports = ports_of(store=ShortPages())
        for command in adds(28):
            deliver(ports, command, policy=Policy(snapshot_every=snapshot_every))
        played = deliver(ports, command_of("c", "Look"))
        assert (played.codes, len(played.asked(Read))) == (["ACCEPTED"], pages)
        assert total_after(ports, played) == (29, 29)


def test_recorded_refusals_are_counted_beyond_the_commits_read() -> None:
    """When the load ends at a snapshot on a short page, the snapshot provides the earlier count."""
    ports = ports_of(store=ShortPages())
    for index in range(REFUSALS_RECORDED_MAX - 1):
        deliver(ports, command_of(f"n{index}", "Note"), policy=Policy(snapshot_every=1))
    last = [deliver(ports, command_of(f"last{index}", "Note")).dispositions for index in range(2)]
    assert last == [["recorded"], ["parked"]]
    assert deliver(ports, *adds(1), command_of("again", "Note")).dispositions == ["deleted", "recorded"]


def test_the_cost_of_a_load_is_counted() -> None:
    """The counters report whether the load began at a snapshot, and how many events it folded."""
    ports = grown(each=3, batches=9)
    before = Counter(counts(ports))
    deliver(ports, command_of("c", "Look"), policy=EVERY_10)
    assert Counter(counts(ports)) - before == {"snapshot_hits": 1, "replayed_events": 3}


def test_a_winner_that_was_folded_is_counted() -> None:
    """The winner's events count as replayed although no read returned them."""
    ports = ports_of()
    rival = ports_of(store=ports.store)

    def win(_request: Effect) -> None:
        deliver(rival, *adds(2, start=5))

    deliver(ports, *adds(1), act=once(Append, win))
    assert (counts(ports)["conflicts"], counts(ports)["replayed_events"]) == (1, 2)


def test_all_events_of_a_winner_count_towards_the_next_snapshot() -> None:
    """One event, 60 of the winner and one more make 62 events since the last snapshot."""
    for every, snapshots in ((62, 1), (63, 0)):
        ports = grown(batches=1)
        rival = ports_of(store=ports.store)

        def win(_request: Effect, rival: Ports = rival) -> None:
            deliver(rival, command_of("b", "Burst"))

        deliver(ports, *adds(1, start=1), policy=Policy(snapshot_every=every), act=once(Append, win))
        assert [len(commit.events) for commit in commits(ports)] == [1, 60, 1]
        assert sum(commit.snapshot is not None for commit in commits(ports)) == snapshots


@pytest.mark.slow
def test_a_state_from_a_snapshot_decides_as_one_from_all_events() -> None:
    """A command that is refused after a full fold is also refused after a fold from a snapshot."""
    commands = [command_of("x", "Add", amount=999), command_of("y", "Add", amount=999)]
    whole = grown(policy=Policy(snapshot_every=10**6))
    assert (
        deliver(grown(), *commands).codes
        == deliver(whole, *commands).codes
        == ["ACCEPTED", "INVARIANT_VIOLATED"]
    )


def test_a_stream_that_cannot_be_replayed_fails_alone() -> None:
    """The failure is not stored; the next delivery detects it again."""
    ports = grown(batches=1)
    [commit] = commits(ports)
    broken = replace(commit, events=(replace(commit.events[0], type="Unheard"),))
    queue = FakeQueue()
    ports = rewritten(broken, queue=queue)
    played = deliver(ports, command_of("c", "Look"), command_of("b", "Add", aggregate="b", amount=1))
    assert played.codes == ["QUARANTINED", "ACCEPTED"]
    assert (queue.dead_lettered, queue.delays) == ([], [("m-0", 30)])


@pytest.mark.parametrize("data", ["{", "[]", '{"amount":' * 200_000], ids=["cut", "list", "deep"])
def test_an_unreadable_payload_is_a_stream_that_cannot_be_replayed(data: str) -> None:
    """No commit is overwritten, and the failure does not count as a bug."""
    [commit] = commits(grown(batches=1))
    ports = rewritten(replace(commit, events=(replace(commit.events[0], data=data),)))
    assert deliver(ports, *adds(1, start=5)).codes == ["QUARANTINED"]
    assert len(commits(ports)) == 1


def test_a_winner_with_a_snapshot_restarts_the_count() -> None:
    """After a conflict too, the distance to the next snapshot is counted from the last one."""
    ports = ports_of()

    def rival(_request: Effect) -> None:
        deliver(ports, command_of("r", "Add", amount=1), policy=Policy(snapshot_every=1))

    deliver(ports, *adds(9), policy=EVERY_10, act=once(Append, rival))
    assert [one.head for one in commits(ports) if one.snapshot] == [1]
    deliver(ports, *adds(1, start=9), policy=EVERY_10)
    assert [one.head for one in commits(ports) if one.snapshot] == [1, 11]


def test_the_parts_of_a_batch_share_one_count() -> None:
    """A snapshot in one part restarts the count for the next part."""
    ports = ports_of()
    deliver(ports, *(command_of(f"b{index}", "Burst") for index in range(4)))
    assert [one.head for one in commits(ports) if one.snapshot] == [120, 240]
