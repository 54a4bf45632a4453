"""The contract of `append`: each commit is stored whole, in its place and once, even with racing writers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from statewright.errors import Conflict
from statewright.stores.port import EventStore
from tests.contracts.commits import LATER, OTHER_STREAM, STREAM, TIME, commit_at, fill
from tests.contracts.handles import Handles, OpenStore


class AppendingContract(Handles):
    """Promises about appends that every adapter keeps."""

    def test_an_absent_stream_is_empty_with_version_0(self, store: EventStore) -> None:
        """Reading an absent stream is not an error, and a new stream starts at its head."""
        slice_ = store.read(STREAM)
        assert (slice_.commits, slice_.head.version, slice_.more) == ((), 0, False)

    def test_a_read_returns_the_appended_commits(self, store: EventStore) -> None:
        """The commit is equal, with the head that its append returned."""
        head = store.read(STREAM).head
        commit = commit_at(head, "c-1", events=3)
        appended = store.append(head, commit)
        assert (store.read(STREAM).commits, store.read(STREAM).head) == ((commit,), appended)
        assert (appended.version, appended.time) == (3, TIME)

    def test_a_stream_is_created_once(self, open_store: OpenStore) -> None:
        """If two writers both read an absent stream, the second to append receives the first one's commit."""
        first, second = open_store(), open_store()
        seen_by_first, seen_by_second = first.read(STREAM).head, second.read(STREAM).head
        winner = commit_at(seen_by_first, "c-1")
        first.append(seen_by_first, winner)
        with pytest.raises(Conflict) as caught:
            second.append(seen_by_second, commit_at(seen_by_second, "c-2"))
        assert caught.value.winner == winner

    def test_a_stale_head_is_a_conflict_with_the_commit_after_it(self, store: EventStore) -> None:
        """The winner is the commit right after the stale head, not the newest one."""
        stale = fill(store, ["c-1"])
        head = fill(store, ["c-2", "c-3"], events=2)
        with pytest.raises(Conflict) as caught:
            store.append(stale, commit_at(stale, "c-4"))
        assert caught.value.winner == store.read(STREAM).commits[1]
        assert store.read(STREAM).head == head

    def test_a_writer_can_append_after_the_winner(self, store: EventStore) -> None:
        """The head read after the stale one accepts the next commit."""
        stale = fill(store, ["c-1"])
        fill(store, ["c-2"], events=2)
        next_head = store.read(STREAM, after=stale).head
        assert store.append(next_head, commit_at(next_head, "c-3")).version == 4

    def test_a_stale_head_is_a_conflict_even_for_a_command_of_the_winner(self, store: EventStore) -> None:
        """The handler finds the repeated command when it folds the winner."""
        stale = store.read(STREAM).head
        fill(store, ["c-1"])
        with pytest.raises(Conflict):
            store.append(stale, commit_at(stale, "c-1", data='{"another":"body"}'))

    @pytest.mark.parametrize("events", [1, 2, 25, 26, 100, 101])
    def test_a_commit_is_all_or_nothing(self, store: EventStore, events: int) -> None:
        """A commit of any number of events is stored whole, and a rejected one leaves nothing."""
        stale = store.read(STREAM).head
        head = fill(store, ["c-1"], events=events)
        with pytest.raises(Conflict):
            store.append(stale, commit_at(stale, "c-2", events=events + 1))
        assert [len(commit.events) for commit in store.read(STREAM).commits] == [events]
        assert head.version == events

    def test_an_id_that_was_never_appended_is_not_found(self, store: EventStore) -> None:
        """A commit that lost leaves none of its commands behind."""
        stale = store.read(STREAM).head
        fill(store, ["c-1"])
        with pytest.raises(Conflict):
            store.append(stale, commit_at(stale, "c-2", "c-3"))
        assert store.find(STREAM, ["c-2", "c-3"]) == {}

    def test_a_repeated_append_returns_the_same_head(self, open_store: OpenStore) -> None:
        """A writer that got no response may repeat the call through any handle; the commit is stored once."""
        head = open_store().read(STREAM).head
        commit = commit_at(head, "c-1", events=2)
        answers = [open_store().append(head, commit) for _ in range(3)]
        assert answers[0] == answers[1] == answers[2]
        assert open_store().read(STREAM).commits == (commit,)

    def test_a_repeated_append_is_recognized_behind_later_commits(self, store: EventStore) -> None:
        """A retry succeeds even when others have appended since."""
        head = fill(store, ["c-1"])
        commit = commit_at(head, "c-2")
        appended = store.append(head, commit)
        fill(store, ["c-3", "c-4"])
        assert store.append(head, commit) == appended
        assert store.read(STREAM).head.version == 4

    def test_a_commit_that_differs_in_one_byte_is_a_conflict(self, store: EventStore) -> None:
        """The version and the command are the same, but another time makes it another writer's commit."""
        head = store.read(STREAM).head
        store.append(head, commit_at(head, "c-1", time=TIME))
        with pytest.raises(Conflict):
            store.append(head, commit_at(head, "c-1", time=LATER))

    def test_invalid_arguments_are_refused(self, store: EventStore) -> None:
        """An empty, misplaced, backdated or self-repeating commit is rejected, and nothing is written."""
        head = fill(store, ["c-1"])
        sound = commit_at(head, "c-2")
        for wrong in (
            replace(sound, events=()),
            replace(sound, version=head.version + 2),
            replace(sound, version=head.version),
            replace(sound, stream=OTHER_STREAM),
            replace(sound, time="2026-03-01T11:59:59.999999Z"),
            replace(sound, commands=sound.commands * 2),
            commit_at(head, "c-3", data='"\ud800"'),
        ):
            with pytest.raises(ValueError):  # noqa: PT011 - the port promises no more
                store.append(head, wrong)
        assert store.read(STREAM).head == head

    def test_concurrent_writers_lose_nothing(self, open_store: OpenStore) -> None:
        """The log contains every accepted commit of eight racing writers, and no other."""
        barrier = Barrier(8)

        def race(writer: int) -> list[str]:
            store = open_store()
            barrier.wait()
            return [command_id for turn in range(10) if _try(store, command_id := f"c-{writer}-{turn}")]

        with ThreadPoolExecutor(8) as pool:
            accepted = [command_id for batch in pool.map(race, range(8)) for command_id in batch]
        stored = [command.id for commit in open_store().read(STREAM).commits for command in commit.commands]
        assert sorted(stored) == sorted(accepted)
        assert open_store().read(STREAM).head.version == len(accepted) >= 10

    def test_threads_may_share_a_handle(self, store: EventStore) -> None:
        """The streams of threads that share a handle stay complete."""
        with ThreadPoolExecutor(8) as pool:
            heads = list(pool.map(lambda n: fill(store, ["a", "b", "c"], stream=f"order/{n}"), range(8)))
        assert [head.version for head in heads] == [3] * 8
        assert [summary.version for summary in store.streams()] == [3] * 8


def _try(store: EventStore, command_id: str) -> bool:
    head = store.read(STREAM).head
    try:
        store.append(head, commit_at(head, command_id))
    except Conflict:
        return False
    return True
