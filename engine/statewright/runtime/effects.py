"""The effects of settling a batch: requests to stores, queues, the cache and the clock.

Each effect is a frozen value that a generator yields. `statewright.runtime.driver` executes it with the real
ports; tests may answer it in other ways. Nothing else in the runtime does I/O.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias, TypeVar

from statewright.runtime.aggregate import Aggregate
from statewright.runtime.message import Message
from statewright.stores.port import Head
from statewright.stores.record import Commit


class Metric(StrEnum):
    """Counts of a batch, by their names in log lines."""

    CACHE_HITS = "cache_hits"  # units that started from a cached state
    CACHE_CONFIRMATIONS = "cache_confirmations"  # reads to confirm a cached state
    SNAPSHOT_HITS = "snapshot_hits"  # loads that started from a snapshot
    SNAPSHOTS_MISSED = "snapshots_missed"  # snapshots that were read but could not be used
    SNAPSHOTS_LEFT_OUT = "snapshots_left_out"  # snapshots that would have made a commit too large
    REPLAYED_EVENTS = "replayed_events"
    CONFLICTS = "conflicts"
    STORE_RETRIES = "store_retries"
    DEAD_LETTERED_INCOMPLETE = "parked_incomplete"  # dead-lettered without some of the sender's attributes
    DELAYS_LEFT_OUT = "delays_left_out"  # not enough time to delay a delivery
    DELAYS_REFUSED = "delays_refused"


@dataclass(frozen=True, slots=True)
class FindMachine:
    """Answer: the `Machine`, or None. `refresh`: refresh the source first (once per batch).

    The answer after a refresh is certain; otherwise SourceUnavailable is raised.
    """

    name: str
    refresh: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """Answer: a `Slice`, newest commit first, of at most `limit` commits that start at or before `upto`."""

    stream: str
    limit: int
    upto: int | None = None


@dataclass(frozen=True, slots=True)
class ReadAfter:
    """Answer: a `Slice`, oldest commit first, of at most `limit` commits after `head`."""

    head: Head
    limit: int


@dataclass(frozen=True, slots=True)
class FindCommands:
    """Answer: the commands with these ids in the stream, as `Mapping[str, StoredCommand]`."""

    stream: str
    command_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Append:
    """Answer: the new `Head`."""

    head: Head
    commit: Commit


@dataclass(frozen=True, slots=True)
class TakeCached:
    """Answer: the `Aggregate` that an earlier unit kept, or None. It is removed from the cache."""

    stream: str


@dataclass(frozen=True, slots=True)
class KeepCached:
    """Keep an aggregate for later units; it may be evicted before they ask."""

    aggregate: Aggregate


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Copy a message to the dead-letter queue. Answer: whether all its attributes were copied."""

    message: Message
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Delay:
    """Delay the next delivery of a message. Answer: whether the queue accepted the delay."""

    message: Message
    seconds: int


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait before a retry; the driver adds jitter."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Now:
    """Answer: the time, RFC 3339 in UTC with six fractional digits."""


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """Answer: the seconds until Lambda stops this invocation."""


@dataclass(frozen=True, slots=True)
class Count:
    """Add to a metric of the batch."""

    metric: Metric
    amount: int = 1


StoreEffect = Read | ReadAfter | FindCommands | Append
Effect = (
    FindMachine | StoreEffect | TakeCached | KeepCached | DeadLetter | Delay | Pause | Now | TimeLeft | Count
)

Returned = TypeVar("Returned")
Effects: TypeAlias = Generator[Effect, Any, Returned]
