"""Where streams are read from: a file or a table (or its export), as segments that hold whole streams.

Owns what a scan of each can be trusted with. What a log is called tells a checkpoint of one from those of
others.
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
    """Everything that is stored, in `segments` parts. Each part is scanned by one thread at a time."""

    @property
    def name(self) -> str:
        """The same for the same store."""

    @property
    def segments(self) -> int:
        """At least 1."""

    def scan(self, segment: int, /, *, after: str | None) -> Iterator[ScannedCommit]:
        """As `ScannedStore.scan`."""


class OrderedLog:
    """A store whose scan is by key, as of one disk: it has one segment."""

    segments = 1

    def __init__(self, store: ScannedStore, *, name: str) -> None:
        self.name = name
        self._store = store

    def scan(self, segment: int, *, after: str | None) -> Iterator[ScannedCommit]:
        return self._store.scan(segment=segment, of=1, after=after)


class ScatteredStream(StoreError):
    """A scan gave a stream without its beginning, which the table has: it would count more than once."""

    def __init__(self, stream: str) -> None:
        super().__init__(
            f"the scan returned {stream} in pieces; run it again, or export the table and use --export"
        )


class TableLog:
    """A table, scanned in segments side by side. That commits stand in order is not taken on trust.

    Where one does not follow the one before, the rest of its stream is read by a query, whose order DynamoDB
    promises: what is then missing is missing.
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
