"""Caches aggregates between batches.

Owns the bounds and the eviction. Whether a cached aggregate may be used is decided in
`statewright.runtime.loading`.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from statewright.canonical import canonical_json
from statewright.runtime.aggregate import Aggregate

ENTRIES_MAX = 1_000
BYTES_MAX = 32 * 1024 * 1024

# Measured memory in CPython; an estimate is enough to bound a process.
_AGGREGATE_BYTES = 800
_COMMAND_BYTES = 360
_BYTES_PER_CHARACTER = 24  # of JSON; lists of small values take many times the size of their text


class StateCache:
    """A bounded cache of aggregates. Thread-safe. Evicts the oldest entries first.

    Taking an entry removes it. Only a unit that ends well puts it back, so a failure drops it.
    """

    def __init__(self, *, entries_max: int = ENTRIES_MAX, bytes_max: int = BYTES_MAX) -> None:
        self._entries_max = entries_max
        self._bytes_max = bytes_max
        self._entries: OrderedDict[str, tuple[Aggregate, int]] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def take(self, stream: str) -> Aggregate | None:
        """Remove and return the aggregate of `stream`, or None."""
        with self._lock:
            return self._remove(stream)

    def keep(self, aggregate: Aggregate) -> None:
        """Store the aggregate, replacing an older one. Does nothing if it alone exceeds the bound."""
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
    """An estimate of the memory that the aggregate takes, in bytes."""
    data = len(canonical_json(aggregate.state.data)) * _BYTES_PER_CHARACTER
    return _AGGREGATE_BYTES + data + len(aggregate.known) * _COMMAND_BYTES
