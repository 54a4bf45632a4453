"""The result of verifying one stream: its final state and its fault, if any."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FaultCause(StrEnum):
    """The kind of fault. With a cause up to `FOLD_FAILED`, the stream does not fold.

    The values are printed and stored in checkpoints.
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
    """Why a stream fails the verification.

    `version`: of the event with the fault. `reason`: names the place and quotes no payload.
    """

    cause: FaultCause
    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class StreamResult:
    """The result for one stream.

    `leaf`: None if the stream does not fold. `compared`: whether its data was compared.
    """

    stream: str
    leaf: str | None
    fault: StreamFault | None
    events: int
    compared: bool
