"""The event store port, which one contract test suite verifies for every adapter.

Streams are read and appended in whole commits. `append` takes a head obtained from a read or an append
(optimistic concurrency), not a number, so callers cannot construct a head that never existed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from statewright.errors import CorruptStream
from statewright.stores.record import Commit, StoredCommand


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a stream. Opaque: created only by adapters, and passed back by callers.

    `version` and `time` are those of the last event and its commit; 0 and "" for an absent stream.
    """

    stream: str
    version: int
    time: str


@dataclass(frozen=True, slots=True)
class Slice:
    """Part of a stream. `commits`: in the requested order. `more`: whether there are more in that order.

    `head`: after the newest commit of the slice; without commits, the `after` of the call or the head of an
    absent stream. Appending there raises `Conflict` if the stream continues.
    """

    commits: tuple[Commit, ...]
    head: Head
    more: bool


@dataclass(frozen=True, slots=True)
class StreamSummary:
    """A stream, its version, and the times of its first and last commit; for tools."""

    stream: str
    version: int
    first_time: str
    last_time: str


class EventStore(Protocol):
    """A store of streams. Thread-safe.

    Wrong arguments (a head of another stream, a limit below 1, a commit that does not follow its head) raise
    ValueError. Any call may raise StoreMisconfigured, which a retry does not fix.
    """

    @property
    def dedupe_window(self) -> int | None:
        """How many of a stream's latest commands `find` is sure to know; None means all."""

    @property
    def commit_bytes_max(self) -> int:
        """The maximum size of a commit, in bytes of UTF-8 as written by `record_text.encode`."""

    def read(
        self,
        stream: str,
        *,
        after: Head | None = None,
        upto: int | None = None,
        limit: int | None = None,
        backwards: bool = False,
    ) -> Slice:
        """The commits after `after` that start at or before version `upto`, at most `limit` of them.

        Oldest first, or newest first if `backwards`. Reads are consistent. The next page starts `after` this
        page's head, or backwards `upto` the version before its oldest commit. A page with a `limit` has at
        least one commit if there are any, and may be shorter than the limit because of the store's own page
        size; `more` is exact in any case. Raises CorruptStream for a gap or an overlap, and StoreUnavailable.
        """

    def append(self, head: Head, commit: Commit) -> Head:
        """Append `commit` at `head` atomically, and return the new head.

        Idempotent: repeating a call after a lost response gives the same answer. Raises:

        - Conflict, with the commit that follows a stale `head`
        - DuplicateCommand, if the stream contains one of the command ids. Only if `dedupe_window` is None;
          otherwise callers know the ids, from a read or from `find`
        - CommitTooLarge, before any request
        - CorruptStream, if the stream has never ended at `head`
        - StoreUnavailable; the outcome is unknown until the call is repeated
        """

    def find(self, stream: str, command_ids: Sequence[str]) -> Mapping[str, StoredCommand]:
        """Those of `command_ids` that the stream contains, within the dedupe window.

        The handler calls it only if the window is unlimited; a load reads a limited window completely.
        """

    def streams(self, *, prefix: str = "") -> Iterator[StreamSummary]:
        """All streams whose key starts with `prefix`, sorted. For tools, not for handling commands."""

    def close(self) -> None:
        """Release the file or the connections. The next call opens them again."""


class ScannedStore(Protocol):
    """Scanning a whole store, for tools. The handler has no right to do that."""

    def scan(
        self, *, segment: int = 0, of: int = 1, after: str | None = None
    ) -> Iterator[Commit | CorruptStream]:
        """All commits in one of `of` segments, with a CorruptStream in place of an unreadable one.

        A stream is in exactly one segment. Its commits are consecutive, oldest first, and the order of
        streams is stable. `after`: only streams after this one. Commits appended during the scan may be
        included. Raises StoreUnavailable.
        """


class Store(EventStore, ScannedStore, Protocol):
    """Both ports, implemented by every adapter with a location."""

    @property
    def name(self) -> str:
        """Identifies this store: the absolute path of its file, or the table with its region."""
