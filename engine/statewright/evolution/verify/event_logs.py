"""Event logs that a verification reads, in segments that each contain whole streams.

Each log returns the commits of a stream in order, even if its kind of store does not guarantee that. A
checkpoint stores the name of its log.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Protocol

from statewright.errors import CorruptStream, StoreError
from statewright.evolution.verify.streams import ScannedCommit
from statewright.runtime.streams import pages_of
from statewright.stores.port import Head, ScannedStore, Store
from statewright.stores.record import Commit
from statewright.stores.rules import absent, head_after


class EventLog(Protocol):
    """All stored commits, in `segments` segments. One thread at a time scans a segment."""

    @property
    def name(self) -> str:
        """Identifies the store in checkpoints."""

    @property
    def segments(self) -> int:
        """At least 1."""

    def scan(self, segment: int, /, *, after: str | None) -> Iterator[ScannedCommit]:
        """Like `ScannedStore.scan`."""


class OrderedLog:
    """A store that is scanned in key order, such as a SQLite file, as a single segment."""

    segments = 1

    def __init__(self, store: ScannedStore, *, name: str) -> None:
        self.name = name
        self._store = store

    def scan(self, segment: int, *, after: str | None) -> Iterator[ScannedCommit]:
        return self._store.scan(segment=segment, of=1, after=after)


class ScatteredStream(StoreError):
    """A scan returned part of a stream without its beginning, so the stream would be counted twice."""

    def __init__(self, stream: str) -> None:
        super().__init__(
            f"the scan returned {stream} in pieces; run the verification again, or export the table and use "
            "--export"
        )


class TableLog:
    """A table, scanned in parallel segments. The order of commits in a scan is not relied on.

    If a commit does not follow the one before, the rest of its stream is read by a query, for which DynamoDB
    guarantees the order. A gap in the query's result is a real gap.
    """

    def __init__(self, store: Store, *, name: str, segments: int) -> None:
        self.name = name
        self.segments = segments
        self._store = store

    def scan(self, segment: int, *, after: str | None) -> Iterator[ScannedCommit]:
        found = self._store.scan(segment=segment, of=self.segments, after=after)
        for stream, together in groupby(found, key=attrgetter("stream")):
            yield from self._in_order(stream, together)

    def _in_order(self, stream: str, together: Iterable[ScannedCommit]) -> Iterator[ScannedCommit]:
        head = absent(stream)
        for one in together:
            if isinstance(one, Commit) and one.version == head.version + 1:
                yield one
                head = head_after(one)
                continue
            yield from self._read_on(head)
            return

    def _read_on(self, head: Head) -> Iterator[ScannedCommit]:
        try:
            for page in pages_of(self._store, head.stream, after=head):
                if head.version == 0 and page.commits:
                    raise ScatteredStream(head.stream)
                yield from page.commits
        except CorruptStream as error:
            yield error
