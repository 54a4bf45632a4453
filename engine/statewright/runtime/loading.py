"""From a stream to the aggregate as it stands: read backwards to a usable snapshot, fold forwards from it.

Also begins where an earlier story ended, and catches up with a commit that somebody else won with. What it
yields are requests. The command line folds with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import takewhile

from statewright.errors import CorruptStream, StatewrightError
from statewright.machine.compiled import Machine
from statewright.machine.evolve import replay
from statewright.machine.messages import AggregateState, Event
from statewright.runtime.effects import Count, Figure, Find, Keep, Read, ReadOn, Story, Take
from statewright.runtime.payload_text import read_payload
from statewright.runtime.policy import Policy
from statewright.runtime.retry import insist
from statewright.runtime.snapshots import COMMANDS_MAX, restored
from statewright.runtime.units import Run
from statewright.stores.port import Head
from statewright.stores.record import ACCEPTED, Commit, RecentCommand, StoredEvent
from statewright.stores.rules import head_after

PAGE_COMMITS_MIN = 100  # so that a stream without a usable snapshot is not read in crumbs


class DefinitionBehind(StatewrightError):
    """The stream holds a commit of a newer definition, whose events ours must not fold."""

    def __init__(self, commit: Commit, *, definition_version: int) -> None:
        super().__init__(
            f"{commit.stream} version {commit.version} was stored by definition version "
            f"{commit.definition.version}, this is version {definition_version}"
        )


class Basis(Enum):
    """What a state rests on. An append may be tried on any; what needs none is settled on a CONFIRMED one."""

    CONFIRMED = auto()  # this story read it from the store, or appended to it
    REMEMBERED = auto()  # an earlier story left it: the stream may have gone on
    FOLLOWED = auto()  # a winner was folded: more may stand behind that


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
    basis: Basis = Basis.CONFIRMED

    @property
    def refusals_in_a_row(self) -> int:
        """How many recorded refusals the stream ends with, as far back as commands are known."""
        newest_first = reversed(tuple(self.known.values()))
        return sum(1 for _ in takewhile(lambda command: command.outcome != ACCEPTED, newest_first))


def resume(machine: Machine, run: Run, policy: Policy) -> Story[Aggregate]:
    """The aggregate of `run` as an earlier story kept it under the same definition; otherwise a load.

    Knows the run's own ids as a load does. Raises what `load` raises.
    """
    kept: Aggregate | None = yield Take(run.stream)
    if kept is None or kept.machine.digest != machine.digest:
        return (yield from load(machine, run, policy))
    yield Count(Figure.CACHE_HITS)
    known = yield from _with_older(run, kept.known, policy)
    return replace(kept, machine=machine, known=known, basis=Basis.REMEMBERED)


def load(machine: Machine, run: Run, policy: Policy) -> Story[Aggregate]:
    """The aggregate of `run`, from consistent reads, knowing the run's own ids if the stream holds them.

    Raises ReplayError, DefinitionBehind, OutOfTime, and what the store raises.
    """
    history = yield from _read_back(machine, run.stream, policy)
    state = history.start or machine.initial
    for commit in history.since:
        state = fold(machine, state, commit)
    events_folded = sum(len(commit.events) for commit in history.since)
    yield Count(Figure.REPLAYED_EVENTS, events_folded)
    known: Mapping[str, RecentCommand] = history.known()
    if history.start:
        known = yield from _with_older(run, known, policy)
    return Aggregate(
        machine,
        state,
        history.head,
        known,
        events_since_snapshot=events_folded,
        bytes_since_snapshot=sum(payload_bytes(commit.events) for commit in history.since),
    )


def catch_up(aggregate: Aggregate, winner: Commit, run: Run, policy: Policy) -> Story[Aggregate]:
    """The aggregate behind `winner`, which stands where ours was to stand.

    The first one is followed without a read. Who loses again was further behind than that, and reads on.
    Raises what `load` raises.
    """
    yield Count(Figure.REPLAYED_EVENTS, len(winner.events))
    behind = _followed(aggregate, winner)
    return (yield from confirm(behind, run, policy)) if aggregate.basis is Basis.FOLLOWED else behind


def confirm(aggregate: Aggregate, run: Run, policy: Policy) -> Story[Aggregate]:
    """The aggregate as the store has it now: it reads and follows what stands behind.

    Where that is more than a page, a load reads less. Raises what `load` raises.
    """
    page = yield from insist(ReadOn(aggregate.head, _page_limit(policy)))
    if page.more:
        return (yield from load(aggregate.machine, run, policy))
    for commit in page.commits:
        yield Count(Figure.REPLAYED_EVENTS, len(commit.events))
        aggregate = _followed(aggregate, commit)
    return replace(aggregate, basis=Basis.CONFIRMED)


def keep(aggregate: Aggregate) -> Story[None]:
    """Leave the aggregate, as this story ended on it, to a later one.

    Of the known commands as many stay as a load would learn of: those of the newest snapshot, and later ones.
    """
    enough = COMMANDS_MAX + aggregate.events_since_snapshot  # no command has fewer than one
    latest = dict(tuple(aggregate.known.items())[-enough:])
    yield Keep(replace(aggregate, known=latest))


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
    limit = _page_limit(policy)
    since: list[Commit] = []
    page = yield from insist(Read(stream, limit))
    head = page.head
    while True:
        for index, commit in enumerate(page.commits):
            if start := restored(machine, commit):
                yield Count(Figure.SNAPSHOT_HITS)
                return _History(page.commits[index:][::-1], start, tuple(reversed(since)), head)
            if commit.snapshot:
                yield Count(Figure.SNAPSHOTS_MISSED)
            _refuse_newer(machine, commit)  # before more is read that would not be folded
            since.append(commit)
        if not page.more:
            return _History((), None, tuple(reversed(since)), head)
        page = yield from insist(Read(stream, limit, upto=since[-1].version - 1))


def _page_limit(policy: Policy) -> int:
    """In commits; as many as may stand between two snapshots."""
    return max(policy.snapshot_every, PAGE_COMMITS_MIN)


def _refuse_newer(machine: Machine, commit: Commit) -> None:
    """A newer definition may fold the same events to other data, which nothing here would notice.

    A snapshot under our behaviour shows that both fold alike.
    """
    alike = commit.snapshot is not None and commit.snapshot.behaviour == machine.behaviour
    if commit.definition.version > machine.version and not alike:
        raise DefinitionBehind(commit, definition_version=machine.version)


def _with_older(
    run: Run, known: Mapping[str, RecentCommand], policy: Policy
) -> Story[Mapping[str, RecentCommand]]:
    """`known`, and those of the run's commands that the stream held before, where the store never forgets."""
    wanted = dict.fromkeys(delivery.command.id for delivery in run.deliveries)
    missing = tuple(command_id for command_id in wanted if command_id not in known)
    if policy.dedupe_window is not None or not missing:
        return known
    found = yield from insist(Find(run.stream, missing))
    older = {one.id: RecentCommand(one.id, one.digest, one.outcome) for one in found.values()}
    return {**older, **known}


def _followed(aggregate: Aggregate, winner: Commit) -> Aggregate:
    """The aggregate after a commit that stands behind its head."""
    start = restored(aggregate.machine, winner)
    newest = _known([winner])
    older = {command.id: command for command in aggregate.known.values() if command.id not in newest}
    return replace(
        aggregate,
        state=fold(aggregate.machine, aggregate.state, winner),
        head=head_after(winner),
        known={**older, **newest},
        events_since_snapshot=0 if start else aggregate.events_since_snapshot + len(winner.events),
        bytes_since_snapshot=0 if start else aggregate.bytes_since_snapshot + payload_bytes(winner.events),
        basis=Basis.FOLLOWED,
    )


def _known(commits: Iterable[Commit]) -> dict[str, RecentCommand]:
    return {
        command.id: RecentCommand(command.id, command.digest, command.outcome)
        for commit in commits
        for command in commit.commands
    }


def _events(commit: Commit) -> Iterator[Event]:
    for index, event in enumerate(commit.events):
        try:
            data = read_payload(event.data)
        except ValueError as error:
            raise CorruptStream(commit.stream, commit.version + index, "unreadable payload") from error
        yield Event(event.type, data, event.leaf, event.entered, event.event_version)
