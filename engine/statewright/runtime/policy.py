"""Which outcome asks for which disposition of the message: the outcome table, as one pure function.

Knows queues only by their kind, standard or FIFO.
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

REFUSALS_RECORDED_MAX = 100  # in a stream, without an accepted event between
CONTENT_BYTES_MAX = 300 * 1024  # of a commit's commands and events
FRAME_BYTES_MAX = 1024  # that the rest of a commit takes, the longest names included

# Refusals that a later delivery could change, because another command may come first.
_MAY_CHANGE = frozenset({"NOT_ACCEPTED", "GUARD_FAILED", "INVARIANT_VIOLATED"})

_DISPOSITIONS = {
    OnRefusal.REDELIVER: Disposition.REDELIVERED,
    OnRefusal.DEAD_LETTER: Disposition.DEAD_LETTERED,
    OnRefusal.RECORD: Disposition.RECORDED,
    OnRefusal.DROP: Disposition.DROPPED,
}


@dataclass(frozen=True, slots=True)
class Policy:
    """What the operator chose, what the store promises, and whether the unknown may be dead-lettered.

    `on_refusal`: for branches that say nothing; None leaves it to the code. `dedupe_window` and
    `commit_bytes_max` are the store's. `dead_letters_unknown`: on FIFO, False while definitions cannot be
    looked up.
    """

    on_refusal: OnRefusal | None = None
    snapshot_every: int = 100
    dedupe_window: int | None = None
    commit_bytes_max: int = COMMIT_BYTES_MAX
    dead_letters_unknown: bool = True

    @property
    def content_bytes_max(self) -> int:
        """The most that the commands and events of one commit may weigh, so that every commit fits."""
        return min(CONTENT_BYTES_MAX, self.commit_bytes_max - FRAME_BYTES_MAX)

    @property
    def traces_bytes_max(self) -> int:
        """The most that traces of settled messages may weigh in one commit, beside its content."""
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
    """`state`: what the command was decided on; `refusals_in_a_row`: recorded there, up to it."""
    match outcome:
        case Accepted() | Duplicate():
            return Disposition.DELETED
        case Invalid(unknown=unknown):
            # On FIFO waiting would cost what stands behind it its deliveries too.
            waits = unknown and not (fifo and policy.dead_letters_unknown)
            return Disposition.REDELIVERED if waits else Disposition.DEAD_LETTERED
        case Rejected(code=code, on_refusal=command_of):
            chosen = _chosen(command_of, policy) or _by_code(outcome, command=command, state=state, fifo=fifo)
            # A reused id stands in the stream already, and a stream takes each id once.
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
