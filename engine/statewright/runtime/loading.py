"""Loads an aggregate: reads its stream backwards to a usable snapshot and folds forwards from there.

Without a snapshot near the end, the stream is folded from its first event, page by page. Also resumes from a
cached aggregate, and catches up with a commit that won a race.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from statewright.errors import StoreUnavailable
from statewright.machine.compiled import Machine
from statewright.machine.messages import AggregateState
from statewright.runtime.aggregate import Aggregate, Basis, commands_of
from statewright.runtime.effects import (
    Count,
    Effects,
    FindCommands,
    KeepCached,
    Metric,
    Read,
    ReadAfter,
    TakeCached,
)
from statewright.runtime.policy import Policy
from statewright.runtime.replay import fold, payload_bytes, refuse_newer
from statewright.runtime.retry import OutOfTime, retry
from statewright.runtime.snapshots import COMMANDS_MAX, restored
from statewright.runtime.units import Run
from statewright.stores.keys import is_message_trace
from statewright.stores.port import Head
from statewright.stores.record import Commit, RecentCommand
from statewright.stores.rules import absent

PAGE_COMMITS_MIN = 100  # avoid tiny pages when there is no usable snapshot
# How far back to look for a usable snapshot. Everything read is in memory until one is found.
BACK_COMMITS_MAX = 1_000
BACK_BYTES_MAX = 8 * 1024 * 1024


def resume(machine: Machine, run: Run, policy: Policy) -> Effects[Aggregate]:
    """The cached aggregate of `run` if it has the same definition, otherwise a loaded one.

    `known` includes every id of the run that the stream contains. Raises what `load` raises.
    """
    kept: Aggregate | None = yield TakeCached(run.stream)
    if kept is None or kept.machine.digest != machine.digest:
        return (yield from load(machine, run, policy))
    yield Count(Metric.CACHE_HITS)
    if kept.basis is Basis.UNFINISHED:
        return (yield from _read_on(kept, run, policy))
    known = yield from _with_older(run, kept.known, policy)
    return replace(kept, machine=machine, known=known, basis=Basis.CACHED)


def load(machine: Machine, run: Run, policy: Policy) -> Effects[Aggregate]:
    """The aggregate of `run`, from consistent reads.

    `known` includes every id of the run that the stream contains. Raises ReplayError, DefinitionBehind,
    OutOfTime and StoreError.
    """
    history = yield from _read_back(machine, run.stream, policy)
    if history is None:
        head = absent(run.stream)
        beginning = Aggregate(machine, machine.initial, head, {}, 0, 0, 0, basis=Basis.UNFINISHED)
        return (yield from _read_on(beginning, run, policy))
    state = history.start or machine.initial
    for commit in history.since:
        state = fold(machine, state, commit)
    events_folded = sum(len(commit.events) for commit in history.since)
    yield Count(Metric.REPLAYED_EVENTS, events_folded)
    known: Mapping[str, RecentCommand] = history.known()
    if history.start:
        known = yield from _with_older(run, known, policy)
    return Aggregate(
        machine,
        state,
        history.head,
        known,
        commands_since_snapshot=sum(len(commit.commands) for commit in history.since),
        events_since_snapshot=events_folded,
        bytes_since_snapshot=sum(payload_bytes(commit.events) for commit in history.since),
    )


def catch_up(aggregate: Aggregate, winner: Commit, run: Run, policy: Policy) -> Effects[Aggregate]:
    """The aggregate after `winner`, the commit that won the race.

    The first winner is folded without a read. After a second loss there may be more commits, so the stream is
    read. Raises what `load` raises.
    """
    yield Count(Metric.REPLAYED_EVENTS, len(winner.events))
    behind = aggregate.followed_by(winner)
    return (yield from confirm(behind, run, policy)) if aggregate.basis is Basis.FOLLOWED else behind


def confirm(aggregate: Aggregate, run: Run, policy: Policy) -> Effects[Aggregate]:
    """The aggregate as the store has it now, after reading the commits that follow.

    If there is more than one page, a load reads less. Raises what `load` raises.
    """
    page = yield from retry(ReadAfter(aggregate.head, _page_limit(policy)))
    if page.more:
        return (yield from load(aggregate.machine, run, policy))
    for commit in page.commits:
        yield Count(Metric.REPLAYED_EVENTS, len(commit.events))
        aggregate = aggregate.followed_by(commit)
    return replace(aggregate, basis=Basis.CONFIRMED)


def keep(aggregate: Aggregate) -> Effects[None]:
    """Keep the aggregate for later units.

    Known commands are limited to those that a load would find: as many as a snapshot has, and later ones.
    """
    enough = COMMANDS_MAX + aggregate.commands_since_snapshot
    latest = dict(tuple(aggregate.known.items())[-enough:])
    yield KeepCached(replace(aggregate, known=latest))


@dataclass(frozen=True, slots=True)
class _History:
    """Commits read from a stream, oldest first.

    `before`: up to the commit with the snapshot that `start` is restored from. `since`: after it. Without a
    usable snapshot, `start` is None, `before` is empty and `since` is the whole stream.
    """

    before: tuple[Commit, ...]
    start: AggregateState | None
    since: tuple[Commit, ...]
    head: Head

    def known(self) -> dict[str, RecentCommand]:
        """The commands in the commits that were read, oldest first."""
        snapshot = self.before[-1].snapshot if self.before else None
        in_snapshot = {command.id: command for command in snapshot.commands} if snapshot else {}
        deeper = {name: one for name, one in commands_of(self.before).items() if name not in in_snapshot}
        return {**deeper, **in_snapshot, **commands_of(self.since)}


def _read_on(unfinished: Aggregate, run: Run, policy: Policy) -> Effects[Aggregate]:
    """Fold the rest of the stream. If time runs out, the progress is kept for the next attempt."""
    machine, aggregate, more = unfinished.machine, unfinished, True
    wanted = _ids_of(run)
    while more:
        try:
            page = yield from retry(ReadAfter(aggregate.head, _page_limit(policy)))
        except (OutOfTime, StoreUnavailable):
            yield KeepCached(aggregate)
            raise
        state, known = aggregate.state, dict(aggregate.known)
        for commit in page.commits:
            if commit.snapshot:
                known = _latest(known, wanted)
            state = fold(machine, state, commit)
            known |= commands_of([commit])
        events = sum(len(commit.events) for commit in page.commits)
        yield Count(Metric.REPLAYED_EVENTS, events)
        aggregate = replace(
            aggregate,
            state=state,
            head=page.head,
            known=known,
            commands_since_snapshot=aggregate.commands_since_snapshot
            + sum(len(commit.commands) for commit in page.commits),
            events_since_snapshot=aggregate.events_since_snapshot + events,
            bytes_since_snapshot=aggregate.bytes_since_snapshot
            + sum(payload_bytes(commit.events) for commit in page.commits),
        )
        more = page.more
    found = yield from _with_older(run, aggregate.known, policy)
    return replace(aggregate, known=found, basis=Basis.CONFIRMED)


def _latest(known: Mapping[str, RecentCommand], wanted: Collection[str]) -> dict[str, RecentCommand]:
    """The latest commands, as many as a snapshot has, the latest ids of any kind, and the wanted ones."""
    commands = [name for name in known if not is_message_trace(name)]
    enough = {*commands[-COMMANDS_MAX:], *tuple(known)[-COMMANDS_MAX:], *wanted}
    return {name: command for name, command in known.items() if name in enough}


def _read_back(machine: Machine, stream: str, policy: Policy) -> Effects[_History | None]:
    """Read backwards to a usable snapshot or the first event; None if the search limit is reached first."""
    limit = _page_limit(policy)
    bytes_read = 0
    since: list[Commit] = []
    page = yield from retry(Read(stream, limit))
    head = page.head
    while True:
        for index, commit in enumerate(page.commits):
            if start := restored(machine, commit):
                yield Count(Metric.SNAPSHOT_HITS)
                return _History(page.commits[index:][::-1], start, tuple(reversed(since)), head)
            if commit.snapshot:
                yield Count(Metric.SNAPSHOTS_MISSED)
            refuse_newer(machine, commit)  # before reading more that could not be folded
            since.append(commit)
            bytes_read += payload_bytes(commit.events)
        if not page.more:
            return _History((), None, tuple(reversed(since)), head)
        if len(since) >= BACK_COMMITS_MAX or bytes_read >= BACK_BYTES_MAX:
            return None
        page = yield from retry(Read(stream, limit, upto=since[-1].version - 1))


def _ids_of(run: Run) -> Collection[str]:
    """The distinct ids under which the stream may contain the run's commands."""
    return dict.fromkeys(chain.from_iterable(delivery.stored_ids for delivery in run.deliveries))


def _page_limit(policy: Policy) -> int:
    """In commits: as many as there may be between two snapshots."""
    return max(policy.snapshot_every, PAGE_COMMITS_MIN)


def _with_older(
    run: Run, known: Mapping[str, RecentCommand], policy: Policy
) -> Effects[Mapping[str, RecentCommand]]:
    """`known`, plus older commands of the run, if the store knows all commands of a stream."""
    missing = tuple(command_id for command_id in _ids_of(run) if command_id not in known)
    if policy.dedupe_window is not None or not missing:
        return known
    found = yield from retry(FindCommands(run.stream, missing))
    older = {one.id: one.recent for one in found.values()}
    return {**older, **known}
