"""The effects that settling a batch may have: what it asks of stores, queues, the cache and the clock.

Each effect is a frozen value that a generator yields; `statewright.runtime.driver` executes it with the real
ports, and a test or a simulator may answer it in any other way. Nothing else in the runtime does I/O.
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
    """What is counted on the way, by the names that log lines and metrics have for it."""

    CACHE_HITS = "cache_hits"  # units that began on the state an earlier one had left
    CACHE_CONFIRMATIONS = "cache_confirmations"  # reads because a cached state is no proof
    SNAPSHOT_HITS = "snapshot_hits"  # loads that began at a snapshot
    SNAPSHOTS_MISSED = "snapshots_missed"  # snapshots that were read and could not be used
    SNAPSHOTS_LEFT_OUT = "snapshots_left_out"  # of commits that they would have made too large
    REPLAYED_EVENTS = "replayed_events"
    CONFLICTS = "conflicts"
    STORE_RETRIES = "store_retries"
    DEAD_LETTERED_INCOMPLETE = "parked_incomplete"  # dead-lettered without some of the sender's attributes
    DELAYS_LEFT_OUT = "delays_left_out"  # too little time was left to put a delivery off
    DELAYS_REFUSED = "delays_refused"


@dataclass(frozen=True, slots=True)
class FindMachine:
    """Answer: the `Machine`, or None. `refresh`: look at the source again first (once per batch).

    The answer to a refresh is certain; SourceUnavailable where it cannot be.
    """

    name: str
    refresh: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """Answer: a `Slice`, newest commit first, of at most `limit` commits that begin at or before `upto`."""

    stream: str
    limit: int
    upto: int | None = None


@dataclass(frozen=True, slots=True)
class ReadAfter:
    """Answer: a `Slice`, oldest commit first, of at most `limit` commits that begin behind `head`."""

    head: Head
    limit: int


@dataclass(frozen=True, slots=True)
class FindCommands:
    """Answer: those of `command_ids` that the stream holds, as `Mapping[str, StoredCommand]`."""

    stream: str
    command_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Append:
    """Answer: the new `Head`."""

    head: Head
    commit: Commit


@dataclass(frozen=True, slots=True)
class TakeCached:
    """Answer: the `Aggregate` that an earlier unit kept, which is then the asker's alone; or None."""

    stream: str


@dataclass(frozen=True, slots=True)
class KeepCached:
    """Leave an aggregate to later units, which may or may not find it."""

    aggregate: Aggregate


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Copy a message to the dead-letter queue. The answer means: confirmed; False: not all attributes."""

    message: Message
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Delay:
    """Put off the next delivery of a message. Answer: whether the queue agreed."""

    message: Message
    seconds: int


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait before a retry; the driver adds jitter."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Now:
    """Answer: the time, RFC 3339 in UTC with six digits of fraction."""


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """Answer: the seconds until the platform stops this invocation."""


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
