"""The contract of `find` and `streams`: look-ups of commands and the list of streams."""

from __future__ import annotations

from statewright.stores.port import EventStore
from tests.contracts.commits import LATER, OTHER_STREAM, STREAM, TIME, commit_at, fill
from tests.contracts.handles import Handles, OpenStore


class FindingContract(Handles):
    """Promises about look-ups and listings that every adapter keeps."""

    def test_a_command_is_found_at_once(self, open_store: OpenStore) -> None:
        """Another handle finds a command as soon as its append has returned."""
        store = open_store()
        head = store.read(STREAM).head
        commit = commit_at(head, "c-1", "c-2")
        store.append(head, commit)
        assert open_store().find(STREAM, ["c-2", "c-9"]) == {"c-2": commit.commands[1]}

    def test_a_command_is_found_throughout_the_window(self, store: EventStore) -> None:
        """The command is behind 1,000 other commits, or as many as the adapter promises to remember."""
        others = min(1_000, (store.dedupe_window or 1_001) - 1)
        fill(store, ["c-old", *(f"c-{n}" for n in range(others))])
        assert set(store.find(STREAM, ["c-old", "c-0"])) == {"c-old", "c-0"}

    def test_a_command_belongs_to_its_stream(self, store: EventStore) -> None:
        """The same id in another stream is another command."""
        fill(store, ["c-1"])
        assert store.find(OTHER_STREAM, ["c-1"]) == {}
        assert fill(store, ["c-1"], stream=OTHER_STREAM).version == 1

    def test_streams_are_listed_by_key(self, store: EventStore) -> None:
        """A summary has the version and the times of the first and the last commit."""
        head = fill(store, ["c-1"], events=2, stream="order/b")
        store.append(head, commit_at(head, "c-2", time=LATER))
        fill(store, ["c-1"], stream="order/a")
        assert [summary.stream for summary in store.streams()] == ["order/a", "order/b"]
        (summary,) = store.streams(prefix="order/b")
        assert (summary.version, summary.first_time, summary.last_time) == (3, TIME, LATER)

    def test_a_listing_contains_only_its_prefix(self, store: EventStore) -> None:
        """It contains every key that begins with the prefix, including the prefix itself."""
        for stream in ("order/a", "order/a1", "order/b", "orders/a"):
            fill(store, ["c-1"], stream=stream)
        assert [summary.stream for summary in store.streams(prefix="order/a")] == ["order/a", "order/a1"]
        assert [summary.stream for summary in store.streams(prefix="order/")][-1] == "order/b"
        assert list(store.streams(prefix="x")) == []

    def test_a_listing_does_not_block_writers(self, store: EventStore) -> None:
        """Appends succeed while a listing is half finished."""
        fill(store, ["c-1"], stream="order/a")
        fill(store, ["c-1"], stream="order/b")
        listing = store.streams()
        next(listing)
        fill(store, ["c-2"], stream="order/b")
        assert [summary.version for summary in listing] == [2]
