"""The contract of `read`: commits are returned exactly as written, in contiguous pages, both ways."""

from __future__ import annotations

from dataclasses import replace

import pytest

from statewright.errors import CommitTooLarge, Conflict
from statewright.stores.port import EventStore
from statewright.stores.record import RecentCommand, Snapshot, StoredCommand
from statewright.stores.record_text import encode
from tests.contracts.commits import OTHER_STREAM, STREAM, commit_at, fill, versions
from tests.contracts.handles import Handles, OpenStore

PAYLOADS = {
    "38 digits": '{"n":' + "9" * 38 + "}",
    "a fraction that is no double": '{"n":0.10000000000000000000000000000000000001}',
    "nested nulls": '{"a":null,"b":[null,{"c":null}],"d":{}}',
    "empty strings": '{"":"","list":["",""]}',
    "no payload at all": "",
    "white space and key order": '{ "b" : 1,\n\t"a" : 2 }',
    "escapes that stay as written": '{"s":"\\u00e9\\ud83d\\ude00\\u0000\\/"}',
    "any plane of Unicode": '{"s":"é e\u0301 漢字 \U0001f600 \U0010ffff \ufeff \ufffe \u2028 \x7f"}',
    "control characters": '{"s":"\x00\x01\x1f"}',
}


class ContentsContract(Handles):
    """Promises about the contents of commits that every adapter keeps."""

    @pytest.mark.parametrize("data", PAYLOADS.values(), ids=PAYLOADS.keys())
    def test_payloads_are_opaque(self, open_store: OpenStore, data: str) -> None:
        """Another handle reads exactly the text of the payload that was written."""
        fill(open_store(), ["c-1"], data=data)
        (commit,) = open_store().read(STREAM).commits
        assert commit.events[0].data == data

    def test_every_field_is_read_back(self, store: EventStore) -> None:
        """Every field of a commit keeps its value and order, including the snapshot."""
        head = store.read(STREAM).head
        commands = (
            StoredCommand("c 2\n", "e" * 64, "GUARD_FAILED", 1, "u-4", "corr\x00", "cause"),
            StoredCommand("é", "f" * 64, "accepted", 0, "", "", None),
        )
        snapshot = Snapshot("b" * 64, 1, "paid", '{"n":1.0}', (RecentCommand("c-0", "a" * 64, "accepted"),))
        commit = replace(commit_at(head, snapshot=snapshot), commands=commands)
        event = replace(commit.events[0], entered="paid", event_version=7)
        commit = replace(commit, events=(event,))
        store.append(head, commit)
        assert store.read(STREAM).commits == (commit,)

    def test_the_size_limit_is_exact(self, store: EventStore) -> None:
        """The largest commit is stored and one byte more is rejected, counted in UTF-8."""
        head = store.read(STREAM).head
        room = store.commit_bytes_max - len(encode(commit_at(head, "c-1", data="é")).encode())
        with pytest.raises(CommitTooLarge):
            store.append(head, commit_at(head, "c-1", data="é" + "x" * (room + 1)))
        assert store.read(STREAM).commits == ()
        largest = commit_at(head, "c-1", data="é" + "x" * room)
        store.append(head, largest)
        assert store.read(STREAM).commits == (largest,)


class ReadingContract(Handles):
    """Promises about slices that every adapter keeps."""

    def test_a_long_stream_is_read_whole_and_in_order(self, store: EventStore) -> None:
        """Three megabytes are complete, whatever the page size of the store."""
        head = fill(store, [f"c-{n}" for n in range(12)], data="x" * 262_144)
        slice_ = store.read(STREAM)
        assert versions(slice_.commits) == list(range(1, 13))
        assert sum(len(commit.events[0].data) for commit in slice_.commits) == 3 * 2**20
        assert (slice_.head, slice_.more) == (head, False)

    def test_a_limit_counts_commits(self, store: EventStore) -> None:
        """`limit=1` returns one commit with all its events, and `more` is true."""
        fill(store, ["c-1", "c-2"], events=3)
        page = store.read(STREAM, limit=1)
        assert (versions(page.commits), page.head.version, page.more) == ([1], 3, True)
        assert not store.read(STREAM, limit=2).more

    def test_forward_pages_are_contiguous(self, store: EventStore) -> None:
        """Reading on `after` each page's head returns every commit once."""
        fill(store, [f"c-{n}" for n in range(5)], events=2)
        page = store.read(STREAM, limit=2)
        begins = versions(page.commits)
        while page.more:
            page = store.read(STREAM, after=page.head, limit=2)
            begins += versions(page.commits)
        assert begins == [1, 3, 5, 7, 9]

    def test_backward_pages_are_contiguous(self, store: EventStore) -> None:
        """Backwards, the next page goes `upto` the version before the oldest commit of this one."""
        fill(store, [f"c-{n}" for n in range(5)], events=2)
        page = store.read(STREAM, backwards=True, limit=2)
        begins = versions(page.commits)
        while page.more:
            page = store.read(STREAM, backwards=True, limit=2, upto=begins[-1] - 1)
            begins += versions(page.commits)
        assert begins == [9, 7, 5, 3, 1]

    def test_backwards_upto_and_limit_can_be_combined(self, store: EventStore) -> None:
        """The page has the newest commits up to that version, newest first, and the head after them."""
        fill(store, [f"c-{n}" for n in range(5)], events=2)
        page = store.read(STREAM, upto=6, limit=2, backwards=True)
        assert (versions(page.commits), page.head.version, page.more) == ([5, 3], 6, True)
        assert versions(store.read(STREAM, upto=5, limit=1, backwards=True).commits) == [5]
        assert versions(store.read(STREAM, upto=4, limit=1, backwards=True).commits) == [3]

    @pytest.mark.parametrize("beyond", [0, 1, 2, 10**6])
    def test_a_backwards_read_may_be_bounded_beyond_the_end(self, store: EventStore, beyond: int) -> None:
        """The read returns the whole stream, even if the bound is the next version."""
        head = fill(store, ["c-1", "c-2", "c-3"])
        slice_ = store.read(STREAM, upto=head.version + beyond, backwards=True)
        assert (versions(slice_.commits), slice_.head, slice_.more) == ([3, 2, 1], head, False)

    def test_after_limits_a_backwards_read(self, store: EventStore) -> None:
        """`after` leaves out the older commits in either direction."""
        head = fill(store, ["c-1", "c-2"], events=2)
        fill(store, ["c-3", "c-4"])
        page = store.read(STREAM, after=head, backwards=True)
        assert (versions(page.commits), page.more) == ([6, 5], False)

    def test_an_empty_read_returns_the_same_head(self, store: EventStore) -> None:
        """A read after the end of a stream is empty and returns the given head."""
        head = fill(store, ["c-1"])
        assert (store.read(STREAM, after=head).commits, store.read(STREAM, after=head).head) == ((), head)
        assert store.read(STREAM, upto=0).head.version == 0

    def test_the_head_of_a_partial_read_is_stale(self, store: EventStore) -> None:
        """A head before the end is valid, so an append there is a conflict."""
        fill(store, ["c-1", "c-2"])
        early = store.read(STREAM, upto=1).head
        with pytest.raises(Conflict):
            store.append(early, commit_at(early, "c-3"))

    def test_an_invalid_read_is_refused(self, store: EventStore) -> None:
        """A head of another stream and a limit below 1 are errors of the caller."""
        head = fill(store, ["c-1"])
        with pytest.raises(ValueError, match=STREAM):
            store.read(OTHER_STREAM, after=head)
        with pytest.raises(ValueError, match="limit must be at least 1, not 0"):
            store.read(STREAM, limit=0)

    def test_streams_do_not_affect_each_other(self, store: EventStore) -> None:
        """Keys that are prefixes of each other or differ in case are different streams."""
        for stream in ("order/a", "order/A", "order/a1", "orders/a"):
            fill(store, ["c-1"], stream=stream)
            assert store.read(stream).head.version == 1
        assert store.read("order/").commits == ()
