"""One aggregate while commands are decided on it: its state, where its stream ends, the commands it knows."""

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
    """What a state rests on. An append may be tried on all but an UNFINISHED one.

    What needs no append is settled on a CONFIRMED one.
    """

    CONFIRMED = auto()  # this unit read it from the store, or appended to it
    REMEMBERED = auto()  # an earlier unit left it: the stream may have gone on
    FOLLOWED = auto()  # the commit that won a race was folded: more may follow it
    UNFINISHED = auto()  # time ended in the midst of a long stream: nothing is decided on it


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One aggregate under one machine. While a commit is planned `state` runs ahead of `head`.

    `known`: the commands that the stream is known to hold, oldest first. `…_since_snapshot`: in the
    commits behind the newest one.
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
        """How many recorded refusals the stream ends with, as far back as commands are known."""
        newest_first = (one for one in reversed(tuple(self.known.values())) if not is_message_trace(one.id))
        return sum(1 for _ in takewhile(lambda command: command.outcome != ACCEPTED, newest_first))

    def followed_by(self, commit: Commit) -> Aggregate:
        """The aggregate after a commit that begins at its head. Raises what `replay.fold` raises."""
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
    """The commands that `commits` answer, in their order."""
    return {command.id: command.recent for commit in commits for command in commit.commands}
