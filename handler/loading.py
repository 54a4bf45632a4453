"""From a stream to the aggregate as it stands: read backwards to a usable snapshot, fold forwards from it.

Also follows a stream by one commit that somebody else won with. What it yields are requests. Called by
`handler.process`; the command line folds with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from engine.core.evolve import replay
from engine.core.machine import Machine
from engine.core.messages import REFUSED, AggregateState, Event
from engine.errors import CorruptStream, StatewrightError
from engine.stores.port import Head
from engine.stores.record import Commit, RecentCommand, StoredEvent
from engine.stores.rules import head_after
from handler.patience import insist
from handler.payload_text import read_payload
from handler.policy import REFUSALS_RECORDED_MAX, Policy
from handler.requests import Count, Find, Read, Story
from handler.snapshots import restored
from handler.units import Run


class DefinitionBehind(StatewrightError):
    """The stream holds a commit of a newer definition, whose events ours must not fold."""

    def __init__(self, commit: Commit, *, definition_version: int) -> None:
        super().__init__(
            f"{commit.stream} version {commit.version} was stored by definition version "
            f"{commit.definition.version}, this is version {definition_version}"
        )


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One aggregate under one machine. While a commit is planned `state` runs ahead of `head`.

    `known`: the commands that the stream is known to hold, oldest first.
    """

    machine: Machine
    state: AggregateState
    head: Head
    known: Mapping[str, RecentCommand]
    events_since_snapshot: int
    bytes_since_snapshot: int
    refusals_in_a_row: int


def load(machine: Machine, run: Run, policy: Policy) -> Story[Aggregate]:
    """The aggregate of `run`, from consistent reads, knowing the run's own ids if the stream holds them.

    Every load reads the store, so a refusal rests on what is stored; a cache of states would have to
    confirm refusals, and acceptances without events, by coming here.
    Raises ReplayError, DefinitionBehind, OutOfTime, and what the store raises.
    """
    history = yield from _read_back(machine, run.stream, policy)
    state = history.start or machine.initial
    for commit in history.since:
        state = fold(machine, state, commit)
    known = history.known()
    if history.start and policy.dedupe_window is None:
        known = {**(yield from _find_older(run, known)), **known}
    return Aggregate(
        machine,
        state,
        history.head,
        known,
        events_since_snapshot=sum(len(commit.events) for commit in history.since),
        bytes_since_snapshot=sum(payload_bytes(commit.events) for commit in history.since),
        refusals_in_a_row=_refusals_in_a_row([*history.before, *history.since]),
    )


def follow(aggregate: Aggregate, winner: Commit) -> Aggregate:
    """The aggregate after a commit that stands behind its head; that commit alone, no read.

    Raises ReplayError, DefinitionBehind, CorruptStream.
    """
    start = restored(aggregate.machine, winner)
    own = _refusals_in_a_row([winner])
    return replace(
        aggregate,
        state=fold(aggregate.machine, aggregate.state, winner),
        head=head_after(winner),
        known={**aggregate.known, **_known([winner])},
        events_since_snapshot=0 if start else aggregate.events_since_snapshot + len(winner.events),
        bytes_since_snapshot=0 if start else aggregate.bytes_since_snapshot + payload_bytes(winner.events),
        refusals_in_a_row=own + (aggregate.refusals_in_a_row if own == len(winner.events) else 0),
    )


def fold(machine: Machine, state: AggregateState, commit: Commit) -> AggregateState:
    """The state after all events of `commit`. Raises ReplayError, DefinitionBehind, CorruptStream."""
    _refuse_newer(machine, commit)
    stored_by = commit.definition.version
    return replay(machine, state, _events(commit), stream=commit.stream, stored_by=stored_by)


def payload_bytes(events: Iterable[StoredEvent]) -> int:
    """A cheap measure of how much a load will have to read."""
    return sum(len(event.data.encode()) for event in events)


@dataclass(frozen=True, slots=True)
class _History:
    """What was read of a stream, oldest first: up to the commit whose snapshot is `start`, and since.

    Without a usable snapshot `start` is None, `before` empty, and `since` is the whole stream.
    """

    before: tuple[Commit, ...]
    start: AggregateState | None
    since: tuple[Commit, ...]
    head: Head

    def known(self) -> dict[str, RecentCommand]:
        """The commands that what was read tells of, oldest first."""
        snapshot = self.before[-1].snapshot if self.before else None
        remembered = {command.id: command for command in snapshot.commands} if snapshot else {}
        deeper = {name: one for name, one in _known(self.before).items() if name not in remembered}
        return {**deeper, **remembered, **_known(self.since)}


def _read_back(machine: Machine, stream: str, policy: Policy) -> Story[_History]:
    """Ends where the stream begins at the latest: each page ends below the one before."""
    limit = max(policy.snapshot_every, REFUSALS_RECORDED_MAX)
    since: list[Commit] = []
    page = yield from insist(Read(stream, limit))
    head = page.head
    while True:
        for index, commit in enumerate(page.commits):
            if start := restored(machine, commit):
                return _History(page.commits[index:][::-1], start, tuple(reversed(since)), head)
            if commit.snapshot:
                yield Count("snapshots_missed")
            _refuse_newer(machine, commit)  # before more is read that would not be folded
            since.append(commit)
        if not page.more:
            return _History((), None, tuple(reversed(since)), head)
        page = yield from insist(Read(stream, limit, upto=since[-1].version - 1))


def _refuse_newer(machine: Machine, commit: Commit) -> None:
    """A newer definition may fold the same events to other data, which nothing here would notice.

    A snapshot under our behaviour shows that both fold alike.
    """
    alike = commit.snapshot is not None and commit.snapshot.behaviour == machine.behaviour
    if commit.definition.version > machine.version and not alike:
        raise DefinitionBehind(commit, definition_version=machine.version)


def _find_older(run: Run, known: Mapping[str, RecentCommand]) -> Story[dict[str, RecentCommand]]:
    """Those of the run's commands that stand deeper in the stream than was read."""
    wanted = dict.fromkeys(delivery.command.id for delivery in run.deliveries)
    missing = tuple(command_id for command_id in wanted if command_id not in known)
    if not missing:
        return {}
    found = yield from insist(Find(run.stream, missing))
    return {one.id: RecentCommand(one.id, one.digest, one.outcome) for one in found.values()}


def _known(commits: Iterable[Commit]) -> dict[str, RecentCommand]:
    return {
        command.id: RecentCommand(command.id, command.digest, command.outcome)
        for commit in commits
        for command in commit.commands
    }


def _refusals_in_a_row(commits: Sequence[Commit]) -> int:
    """How many recorded refusals stand at the end of what was read."""
    newest_first = (event for commit in reversed(commits) for event in reversed(commit.events))
    return sum(1 for _ in takewhile(lambda event: event.type == REFUSED, newest_first))


def _events(commit: Commit) -> Iterator[Event]:
    for index, event in enumerate(commit.events):
        try:
            data = read_payload(event.data)
        except ValueError as error:
            raise CorruptStream(commit.stream, commit.version + index, "unreadable payload") from error
        yield Event(event.type, data, event.leaf, event.entered, event.event_version)
