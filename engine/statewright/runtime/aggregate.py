"""One aggregate while commands are decided on it: its state, the head of its stream, and known commands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import takewhile

from statewright.machine.compiled import Machine
from statewright.machine.messages import AggregateState
from statewright.runtime.replay import fold, payload_bytes
from statewright.runtime.snapshots import restored
from statewright.stores.keys import is_message_trace
from statewright.stores.port import Head
from statewright.stores.record import ACCEPTED, Commit, RecentCommand
from statewright.stores.rules import head_after


class Basis(Enum):
    """How current a state is.

    UNFINISHED allows no decision. Decisions without an append require CONFIRMED.
    """

    CONFIRMED = auto()  # read from the store, or appended to, by this unit
    CACHED = auto()  # kept by an earlier unit; the stream may be longer by now
    FOLLOWED = auto()  # after folding the commit that won a race; more may follow
    UNFINISHED = auto()  # the time ran out while a long stream was folded


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One aggregate under one machine. While a commit is planned, `state` is ahead of `head`.

    `known`: known commands of the stream, oldest first. `…_since_snapshot`: counted in the commits after the
    newest snapshot.
    """

    machine: Machine
    state: AggregateState
    head: Head
    known: Mapping[str, RecentCommand]
    commands_since_snapshot: int
    events_since_snapshot: int
    bytes_since_snapshot: int
    basis: Basis = Basis.CONFIRMED

    @property
    def refusals_in_a_row(self) -> int:
        """The number of recorded refusals at the end of the stream, among the known commands."""
        newest_first = (one for one in reversed(tuple(self.known.values())) if not is_message_trace(one.id))
        return sum(1 for _ in takewhile(lambda command: command.outcome != ACCEPTED, newest_first))

    def followed_by(self, commit: Commit) -> Aggregate:
        """The aggregate after a commit that follows its head. Raises what `replay.fold` raises."""
        start = restored(self.machine, commit)
        newest = commands_of([commit])
        older = {command.id: command for command in self.known.values() if command.id not in newest}
        return replace(
            self,
            state=fold(self.machine, self.state, commit),
            head=head_after(commit),
            known={**older, **newest},
            commands_since_snapshot=0 if start else self.commands_since_snapshot + len(commit.commands),
            events_since_snapshot=0 if start else self.events_since_snapshot + len(commit.events),
            bytes_since_snapshot=0 if start else self.bytes_since_snapshot + payload_bytes(commit.events),
            basis=Basis.FOLLOWED,
        )


def commands_of(commits: Iterable[Commit]) -> dict[str, RecentCommand]:
    """The commands in `commits`, in order."""
    return {command.id: command.recent for commit in commits for command in commit.commands}
