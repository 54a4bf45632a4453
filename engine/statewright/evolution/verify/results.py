"""What verification says of one stream: where a candidate definition leaves it, and what is wrong there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FaultCause(StrEnum):
    """Why a stream is not what it was. Those up to `FOLD_FAILED` leave the aggregate nowhere.

    The values are printed and kept in checkpoints.
    """

    UNKNOWN_MACHINE = "unknown_machine"
    CORRUPT = "corrupt"
    NEWER_DEFINITION = "newer_definition"
    UNKNOWN_MOVE = "unknown_move"
    DIVERGED = "diverged"
    UPCAST_FAILED = "upcast_failed"
    FOLD_FAILED = "fold_failed"
    SNAPSHOT_DIFFERS = "snapshot_differs"
    DATA_DIFFER = "data_differ"
    DATA_UNFIT = "data_unfit"
    INVARIANT_VIOLATED = "invariant_violated"
    PAYLOAD_UNFIT = "payload_unfit"


@dataclass(frozen=True, slots=True)
class StreamFault:
    """`version`: of the event that shows it. `reason` names the place and quotes no payload."""

    cause: FaultCause
    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class StreamResult:
    """`leaf`: None where the stream does not fold. `events`: how many it has. `compared`: its data were."""

    stream: str
    leaf: str | None
    fault: StreamFault | None
    events: int
    compared: bool
