"""The disposition of a message for each outcome, as one pure function.

Distinguishes only standard and FIFO queues.
"""

from __future__ import annotations

from dataclasses import dataclass

from statewright.language.model import ENGINE_CODES
from statewright.machine.messages import (
    Accepted,
    AggregateState,
    Command,
    Duplicate,
    Invalid,
    Outcome,
    Rejected,
)
from statewright.machine.size_limits import COMMIT_BYTES_MAX
from statewright.runtime.results import Disposition, OnRefusal

REFUSALS_RECORDED_MAX = 100  # in a row in one stream
CONTENT_BYTES_MAX = 300 * 1024  # of a commit's commands and events
FRAME_BYTES_MAX = 1024  # for the rest of a commit, with the longest names

# Refusals that a later delivery may change, because another command may come first.
_MAY_CHANGE = frozenset({"NOT_ACCEPTED", "GUARD_FAILED", "INVARIANT_VIOLATED"})

_DISPOSITIONS = {
    OnRefusal.REDELIVER: Disposition.REDELIVERED,
    OnRefusal.DEAD_LETTER: Disposition.DEAD_LETTERED,
    OnRefusal.RECORD: Disposition.RECORDED,
    OnRefusal.DROP: Disposition.DROPPED,
}


@dataclass(frozen=True, slots=True)
class Policy:
    """Settings, limits of the store, and whether unknown commands may be dead-lettered.

    `on_refusal`: for branches without their own; None lets the code decide. `dedupe_window` and
    `commit_bytes_max` are the store's. `dead_letters_unknown`: for FIFO; False while definitions cannot be
    refreshed.
    """

    on_refusal: OnRefusal | None = None
    snapshot_every: int = 100
    dedupe_window: int | None = None
    commit_bytes_max: int = COMMIT_BYTES_MAX
    dead_letters_unknown: bool = True

    @property
    def content_bytes_max(self) -> int:
        """The maximum size of the commands and events in one commit."""
        return min(CONTENT_BYTES_MAX, self.commit_bytes_max - FRAME_BYTES_MAX)

    @property
    def traces_bytes_max(self) -> int:
        """The maximum size of the traces in one commit, in addition to its content."""
        return self.commit_bytes_max - FRAME_BYTES_MAX - self.content_bytes_max


def disposition_of(
    outcome: Outcome,
    *,
    command: Command,
    state: AggregateState,
    refusals_in_a_row: int,
    policy: Policy,
    fifo: bool,
) -> Disposition:
    """The disposition for an outcome.

    `state`: that the command was decided on. `refusals_in_a_row`: recorded at the end of its stream.
    """
    match outcome:
        case Accepted() | Duplicate():
            return Disposition.DELETED
        case Invalid(unknown=unknown):
            # On FIFO, waiting would also use up the deliveries of the messages behind it.
            waits = unknown and not (fifo and policy.dead_letters_unknown)
            return Disposition.REDELIVERED if waits else Disposition.DEAD_LETTERED
        case Rejected(code=code, on_refusal=command_of):
            chosen = _chosen(command_of, policy) or _by_code(outcome, command=command, state=state, fifo=fifo)
            # The stream contains a reused id already, and stores each id only once.
            recordable = code != "ID_REUSED" and refusals_in_a_row < REFUSALS_RECORDED_MAX
            if chosen is OnRefusal.RECORD and not recordable:
                return Disposition.DEAD_LETTERED
            return _DISPOSITIONS[chosen]


def _chosen(command_of: str | None, policy: Policy) -> OnRefusal | None:
    return policy.on_refusal if command_of is None else OnRefusal(command_of)


def _by_code(rejected: Rejected, *, command: Command, state: AggregateState, fifo: bool) -> OnRefusal:
    if fifo:
        return OnRefusal.DEAD_LETTER
    if rejected.code == "VERSION_MISMATCH":
        ahead = command.expected_version is not None and command.expected_version > state.version
        return OnRefusal.REDELIVER if ahead else OnRefusal.DEAD_LETTER
    may_change = rejected.code in _MAY_CHANGE or rejected.code not in ENGINE_CODES
    return OnRefusal.REDELIVER if may_change else OnRefusal.DEAD_LETTER
