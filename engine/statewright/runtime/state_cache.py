"""The aggregates that one process keeps between batches, as a place to begin and never as the truth.

Owns how many stay and which have to go. Does not judge whether one may be used: `statewright.runtime.loading`
does. `statewright.aws.app` has one for its life.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from statewright.canonical import canonical_json
from statewright.runtime.aggregate import Aggregate

ENTRIES_MAX = 1_000
BYTES_MAX = 32 * 1024 * 1024

# What CPython holds in memory, measured; an estimate is enough to bound a process.
_AGGREGATE_BYTES = 800
_COMMAND_BYTES = 360
_BYTES_PER_CHARACTER = 24  # of JSON: lists of small values take many times their text


class StateCache:
    """Safe for use by several threads. The entries that were kept longest ago go first.

    A taken entry belongs to its taker: it returns to the cache only if its unit ends well and keeps it, so
    any failure on the way drops it.
    """

    def __init__(self, *, entries_max: int = ENTRIES_MAX, bytes_max: int = BYTES_MAX) -> None:
        self._entries_max = entries_max
        self._bytes_max = bytes_max
        self._entries: OrderedDict[str, tuple[Aggregate, int]] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def take(self, stream: str) -> Aggregate | None:
        """What was kept last for `stream`; it is removed."""
        with self._lock:
            return self._remove(stream)

    def keep(self, aggregate: Aggregate) -> None:
        """Put it in the place of an older one; not at all where it alone weighs more than all may."""
        weight = _weight(aggregate)
        if weight > self._bytes_max:
            return
        with self._lock:
            self._remove(aggregate.head.stream)
            self._entries[aggregate.head.stream] = aggregate, weight
            self._bytes += weight
            while len(self._entries) > self._entries_max or self._bytes > self._bytes_max:
                self._remove(next(iter(self._entries)))

    def _remove(self, stream: str) -> Aggregate | None:
        aggregate, weight = self._entries.pop(stream, (None, 0))
        self._bytes -= weight
        return aggregate


def _weight(aggregate: Aggregate) -> int:
    """About the bytes that it takes in memory."""
    data = len(canonical_json(aggregate.state.data)) * _BYTES_PER_CHARACTER
    return _AGGREGATE_BYTES + data + len(aggregate.known) * _COMMAND_BYTES
