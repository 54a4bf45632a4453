"""The event store port: what every adapter promises and one contract suite verifies.

A stream is read and appended in whole commits. `append` takes the head that a read or an append handed
out, never a number, so a head in mid-commit or beyond the log cannot be built.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from statewright.errors import CorruptStream
from statewright.stores.record import Commit, StoredCommand


@dataclass(frozen=True, slots=True)
class Head:
    """Where a stream ends. Opaque: only adapters build one, callers hand it back.

    `version` and `time` are those of the last event and its commit; 0 and "" for an absent stream.
    """

    stream: str
    version: int
    time: str


@dataclass(frozen=True, slots=True)
class Slice:
    """Part of a stream. `commits` stand in the order asked for; `more` says that they are not all.

    `head` stands after the newest commit of the slice (the `after` of the call where there is none, else the
    absent stream's head); an append there is a `Conflict` when the stream goes on.
    """

    commits: tuple[Commit, ...]
    head: Head
    more: bool


@dataclass(frozen=True, slots=True)
class StreamSummary:
    """For tools: one stream, its version and the times of its first and last commit."""

    stream: str
    version: int
    first_time: str
    last_time: str


class EventStore(Protocol):
    """Safe for use by several threads.

    A call that makes no sense (a head of another stream, a limit below 1, a commit that does not belong
    behind its head) is a ValueError: the caller is wrong, not the world. Any call may raise
    StoreMisconfigured, which no repetition helps.
    """

    @property
    def dedupe_window(self) -> int | None:
        """How many of a stream's latest commands `find` is sure to know; None: all, for ever."""

    @property
    def commit_bytes_max(self) -> int:
        """The largest commit that `append` takes, as `record_text.encode` writes it, in bytes of UTF-8."""

    def read(
        self,
        stream: str,
        *,
        after: Head | None = None,
        upto: int | None = None,
        limit: int | None = None,
        backwards: bool = False,
    ) -> Slice:
        """The commits that begin behind `after` and at or before version `upto`, at most `limit` of them.

        Oldest first, or newest first when `backwards`. Reads what is committed, never a stale copy. The
        next page goes on `after` this one's head, or backwards `upto` the version before its oldest commit.
        A page with a `limit` has at least one commit if there is one, and may end before the limit where
        the store's own page does; `more` is exact all the same.
        Raises CorruptStream where a commit does not begin where the last one ended; StoreUnavailable.
        """

    def append(self, head: Head, commit: Commit) -> Head:
        """Add `commit` at `head`, all of it or nothing; the stream's new head.

        The same commit appended again at the same head gives the same answer, so a lost answer is settled
        by repeating the call. Raises Conflict with the commit that begins behind a stale `head`;
        DuplicateCommand where the stream holds one of the ids already (only where `dedupe_window` is None:
        elsewhere the caller knows them, from what it read or from `find`); CommitTooLarge before any
        request; CorruptStream where the stream is seen to have never ended at `head`; StoreUnavailable,
        after which the outcome is unknown until the call is repeated.
        """

    def find(self, stream: str, command_ids: Sequence[str]) -> Mapping[str, StoredCommand]:
        """Those of `command_ids` that the stream holds, within the dedupe window.

        The handler asks where that is endless, for what stands deeper than a load reads. Of any other window
        a load learns all by itself.
        """

    def streams(self, *, prefix: str = "") -> Iterator[StreamSummary]:
        """Every stream whose key begins with `prefix`, by key. For tools, never on the command path."""

    def close(self) -> None:
        """Release the file or the connections; the next call opens them again."""


class ScannedStore(Protocol):
    """What the tools that look at everything ask of a store; the handler never does, and has no right to."""

    def scan(
        self, *, segment: int = 0, of: int = 1, after: str | None = None
    ) -> Iterator[Commit | CorruptStream]:
        """Every commit of one of `of` segments, and in place of an unreadable one what is wrong with it.

        A stream lies in one segment; its commits stand together, oldest first, streams in an order that stays
        the same. `after`: only the streams behind this one. What is appended while the scan is under way may
        be in it or not. Raises StoreUnavailable.
        """


class Store(EventStore, ScannedStore, Protocol):
    """Both ports, which every adapter for a location offers."""

    @property
    def name(self) -> str:
        """Tells this store from others: the absolute path of its file, or the table with its region."""
