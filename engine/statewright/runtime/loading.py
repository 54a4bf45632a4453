"""From a stream to the aggregate as it stands: read backwards to a usable snapshot, fold forwards from it.

Where none is near the end, the stream is folded from its beginning, page by page, in the memory of one page.
Also resumes where an earlier unit ended, and catches up with a commit that won a race.
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

PAGE_COMMITS_MIN = 100  # avoids tiny pages where there is no usable snapshot
# How far from the end a usable snapshot is looked for, all of which is in memory until one is found.
BACK_COMMITS_MAX = 1_000
BACK_BYTES_MAX = 8 * 1024 * 1024


def resume(machine: Machine, run: Run, policy: Policy) -> Effects[Aggregate]:
    """The aggregate of `run` as an earlier unit kept it under the same definition; otherwise a load.

    Knows the run's own ids as a load does. Raises what `load` raises.
    """
    kept: Aggregate | None = yield TakeCached(run.stream)
    if kept is None or kept.machine.digest != machine.digest:
        return (yield from load(machine, run, policy))
    yield Count(Metric.CACHE_HITS)
    if kept.basis is Basis.UNFINISHED:
        return (yield from _read_on(kept, run, policy))
    known = yield from _with_older(run, kept.known, policy)
    return replace(kept, machine=machine, known=known, basis=Basis.REMEMBERED)


def load(machine: Machine, run: Run, policy: Policy) -> Effects[Aggregate]:
    """The aggregate of `run`, from consistent reads, knowing the run's own ids if the stream holds them.

    Raises ReplayError, DefinitionBehind, OutOfTime, and what the store raises.
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
    """The aggregate behind `winner`, which stands where ours was to stand.

    The first one is followed without a read. Who loses again was further behind than that, and reads on.
    Raises what `load` raises.
    """
    yield Count(Metric.REPLAYED_EVENTS, len(winner.events))
    behind = aggregate.followed_by(winner)
    return (yield from confirm(behind, run, policy)) if aggregate.basis is Basis.FOLLOWED else behind


def confirm(aggregate: Aggregate, run: Run, policy: Policy) -> Effects[Aggregate]:
    """The aggregate as the store has it now: it reads and follows what stands behind.

    Where that is more than a page, a load reads less. Raises what `load` raises.
    """
    page = yield from retry(ReadAfter(aggregate.head, _page_limit(policy)))
    if page.more:
        return (yield from load(aggregate.machine, run, policy))
    for commit in page.commits:
        yield Count(Metric.REPLAYED_EVENTS, len(commit.events))
        aggregate = aggregate.followed_by(commit)
    return replace(aggregate, basis=Basis.CONFIRMED)


def keep(aggregate: Aggregate) -> Effects[None]:
    """Leave the aggregate, as this unit ended on it, to a later one.

    Of the known commands as many stay as a load would learn of: those of the newest snapshot, and later ones.
    """
    enough = COMMANDS_MAX + aggregate.commands_since_snapshot
    latest = dict(tuple(aggregate.known.items())[-enough:])
    yield KeepCached(replace(aggregate, known=latest))


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
        deeper = {name: one for name, one in commands_of(self.before).items() if name not in remembered}
        return {**deeper, **remembered, **commands_of(self.since)}


def _read_on(unfinished: Aggregate, run: Run, policy: Policy) -> Effects[Aggregate]:
    """The aggregate behind all that follows. What was folded is kept for the next attempt when time ends."""
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
    """As many as a snapshot remembers, the latest messages between them, and those that are looked for."""
    commands = [name for name in known if not is_message_trace(name)]
    enough = {*commands[-COMMANDS_MAX:], *tuple(known)[-COMMANDS_MAX:], *wanted}
    return {name: command for name, command in known.items() if name in enough}


def _read_back(machine: Machine, stream: str, policy: Policy) -> Effects[_History | None]:
    """Ends where the stream begins at the latest: each page ends below the one before.

    None where a usable snapshot is further back than it is looked for.
    """
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
            refuse_newer(machine, commit)  # before more is read that would not be folded
            since.append(commit)
            bytes_read += payload_bytes(commit.events)
        if not page.more:
            return _History((), None, tuple(reversed(since)), head)
        if len(since) >= BACK_COMMITS_MAX or bytes_read >= BACK_BYTES_MAX:
            return None
        page = yield from retry(Read(stream, limit, upto=since[-1].version - 1))


def _ids_of(run: Run) -> Collection[str]:
    """What the stream may hold of the run, each once."""
    return dict.fromkeys(chain.from_iterable(delivery.stored_ids for delivery in run.deliveries))


def _page_limit(policy: Policy) -> int:
    """In commits; as many as may stand between two snapshots."""
    return max(policy.snapshot_every, PAGE_COMMITS_MIN)


def _with_older(
    run: Run, known: Mapping[str, RecentCommand], policy: Policy
) -> Effects[Mapping[str, RecentCommand]]:
    """`known`, and those of the run's commands that the stream held before, where the store never forgets."""
    missing = tuple(command_id for command_id in _ids_of(run) if command_id not in known)
    if policy.dedupe_window is not None or not missing:
        return known
    found = yield from retry(FindCommands(run.stream, missing))
    older = {one.id: one.recent for one in found.values()}
    return {**older, **known}
