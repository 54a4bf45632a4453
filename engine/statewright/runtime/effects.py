"""What the story of a batch may ask of the world, and how the world may answer badly.

Each request is a frozen value that `statewright.runtime.process` yields; `statewright.runtime.driver`
executes it with the real ports, and a test or a simulator may answer it in any other way. Nothing else of the
story does I/O.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from statewright.aws.sqs import Message
from statewright.errors import StatewrightError
from statewright.stores.port import Head
from statewright.stores.record import Commit

if TYPE_CHECKING:
    from statewright.runtime.loading import Aggregate  # which makes requests itself


class Figure(StrEnum):
    """What stories count, by the names that log lines and metrics have for it."""

    CACHE_HITS = "cache_hits"  # stories that began on the state an earlier one had left
    CACHE_CONFIRMATIONS = "cache_confirmations"  # reads because a cached state is no proof
    SNAPSHOT_HITS = "snapshot_hits"  # loads that began at a snapshot
    SNAPSHOTS_MISSED = "snapshots_missed"  # snapshots that were read and could not be used
    SNAPSHOTS_LEFT_OUT = "snapshots_left_out"  # of commits that they would have made too large
    REPLAYED_EVENTS = "replayed_events"
    CONFLICTS = "conflicts"
    STORE_RETRIES = "store_retries"
    PARKED_INCOMPLETE = "parked_incomplete"  # parked without some of the sender's attributes
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
class ReadOn:
    """Answer: a `Slice`, oldest commit first, of at most `limit` commits that begin behind `head`."""

    head: Head
    limit: int


@dataclass(frozen=True, slots=True)
class Find:
    """Answer: those of `command_ids` that the stream holds, as `Mapping[str, StoredCommand]`."""

    stream: str
    command_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Append:
    """Answer: the new `Head`."""

    head: Head
    commit: Commit


@dataclass(frozen=True, slots=True)
class Take:
    """Answer: the `Aggregate` that an earlier story kept, which is then the asker's alone; or None."""

    stream: str


@dataclass(frozen=True, slots=True)
class Keep:
    """Leave an aggregate to later stories. Nobody promises that they will find it."""

    aggregate: Aggregate


@dataclass(frozen=True, slots=True)
class Park:
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
    """Wait before a retry; whoever executes it adds jitter."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Now:
    """Answer: the time, RFC 3339 in UTC with six digits of fraction."""


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """Answer: the seconds until the platform stops this invocation."""


@dataclass(frozen=True, slots=True)
class Count:
    """Add to a figure of the batch's log line."""

    figure: Figure
    amount: int = 1


StoreRequest = Read | ReadOn | Find | Append
Request = FindMachine | StoreRequest | Take | Keep | Park | Delay | Pause | Now | TimeLeft | Count

Result = TypeVar("Result")
Story: TypeAlias = Generator[Request, Any, Result]


class NoDeadLetterQueue(StatewrightError):
    """There is no place to park a message."""

    def __init__(self) -> None:
        super().__init__("no dead-letter queue is configured")


class QueueUnavailable(StatewrightError):
    """The dead-letter queue did not confirm; the message may or may not stand there."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the dead-letter queue did not confirm: {reason}")
