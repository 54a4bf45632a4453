"""Settles one unit of a batch, as a generator of effects: read, decide, append, retry on conflict, settle.

Calls no store, queue or clock itself, so tests can answer its effects. No message is deleted, dead-lettered
or dropped before the append that its decision depends on has succeeded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from statewright.errors import (
    Conflict,
    DuplicateCommand,
    ReplayError,
    SourceUnavailable,
    StoreError,
    StoreMisconfigured,
    StoreUnavailable,
)
from statewright.machine.compiled import Machine
from statewright.machine.messages import Invalid, InvalidKind
from statewright.runtime.aggregate import Aggregate, Basis
from statewright.runtime.commit_plan import CommitPlan, plan
from statewright.runtime.deciding import CommandDecision
from statewright.runtime.effects import Append, Count, Effects, FindMachine, Metric, Now
from statewright.runtime.loading import catch_up, confirm, keep, resume
from statewright.runtime.policy import Policy
from statewright.runtime.replay import DefinitionBehind
from statewright.runtime.results import Disposition, Failure, FailureKind, MessageResult
from statewright.runtime.retry import OutOfTime, require_time, retry
from statewright.runtime.settling import settle
from statewright.runtime.units import Delivery, Run, Unit, Unreadable
from statewright.stores.record import StoredCommand

DECIDED_AGAIN_MAX = 5


class Contended(StoreError):
    """Other writers appended to the stream in every attempt."""

    def __init__(self, stream: str) -> None:
        super().__init__(
            f"{stream}: gave up after {DECIDED_AGAIN_MAX} retries because other writers kept appending"
        )


def process(unit: Unit, policy: Policy) -> Effects[tuple[MessageResult, ...]]:
    """Settle every message of `unit`; one result each, in the same order."""
    settled: list[MessageResult] = []
    traces: dict[str, list[StoredCommand]] = defaultdict(list)
    for step in unit.steps:
        match step:
            case Unreadable(message=message, outcome=outcome):
                wanted = (
                    Disposition.DEAD_LETTERED if isinstance(outcome, Invalid) else Disposition.REDELIVERED
                )
                settled.append((yield from settle(MessageResult(message, None, outcome, wanted))))
            case Run():
                settled += yield from _settle_run(step, policy, traces[step.stream], fifo=unit.fifo)
        if unit.fifo and settled[-1].failed:
            break
    return (*settled, *map(_handed_back, unit.entries[len(settled) :]))


def _settle_run(
    run: Run, policy: Policy, traces: list[StoredCommand], *, fifo: bool
) -> Effects[list[MessageResult]]:
    """Results for the deliveries of a run, in order. On FIFO they end with the first failure."""
    settled: list[MessageResult] = []
    wanted = Disposition.REDELIVERED
    try:
        yield from require_time()
        machine, policy = yield from _machine_for(run, policy)
        yield from _settle_catching_up(machine, run, settled, policy, traces, fifo=fifo)
    except _UnknownMachine as unknown:
        ending: Failure | Invalid = Invalid(InvalidKind.UNKNOWN_MACHINE, str(unknown))
        wanted = Disposition.DEAD_LETTERED if fifo else wanted
    except OutOfTime as fault:
        ending = Failure(FailureKind.OUT_OF_TIME, str(fault))
    except (StoreUnavailable, SourceUnavailable, Contended, DefinitionBehind) as fault:
        ending = Failure(FailureKind.TRANSIENT, str(fault))
    except StoreMisconfigured as fault:
        ending = Failure(FailureKind.MISCONFIGURED, str(fault))
    except (ReplayError, StoreError) as fault:
        ending = Failure(FailureKind.QUARANTINED, str(fault))
    else:
        return settled
    for delivery in run.deliveries[len(settled) :]:
        settled.append((yield from settle(MessageResult(delivery.message, delivery.command, ending, wanted))))
        if fifo and settled[-1].failed:
            break
    return settled


class _UnknownMachine(Exception):
    def __init__(self, name: str) -> None:
        super().__init__(f'machine: there is no definition of "{name}"')


def _machine_for(run: Run, policy: Policy) -> Effects[tuple[Machine, Policy]]:
    """The machine, and the policy to use with it.

    If the machine or a command is unknown, the source is refreshed first, because a newer definition may have
    just been published. If that fails, the known machine handles its commands, and the policy keeps
    unknown ones from being dead-lettered.
    """
    machine: Machine | None = yield FindMachine(run.machine)
    commands = {delivery.command.name for delivery in run.deliveries}
    if machine and (machine.commands is None or commands <= machine.commands):
        return machine, policy
    try:
        newest: Machine | None = yield FindMachine(run.machine, refresh=True)
    except SourceUnavailable:
        if machine is None:
            raise
        return machine, replace(policy, dead_letters_unknown=False)
    if newest is None:
        raise _UnknownMachine(run.machine)
    return newest, policy


def _settle_catching_up(
    machine: Machine,
    run: Run,
    settled: list[MessageResult],
    policy: Policy,
    traces: list[StoredCommand],
    *,
    fifo: bool,
) -> Effects[None]:
    """Settle with `machine`, and again with a newer one if the stream was written by a newer definition."""
    try:
        yield from _settle_with(machine, run, settled, policy, traces, fifo=fifo)
    except DefinitionBehind:
        newer: Machine | None = yield FindMachine(run.machine, refresh=True)
        if newer is None or newer.digest == machine.digest:
            raise
        yield from _settle_with(newer, run, settled, policy, traces, fifo=fifo)


def _settle_with(
    machine: Machine,
    run: Run,
    settled: list[MessageResult],
    policy: Policy,
    traces: list[StoredCommand],
    *,
    fifo: bool,
) -> Effects[None]:
    """Settle the remaining deliveries, commit by commit. Results in `settled` stay valid if this raises."""
    aggregate = yield from resume(machine, run, policy)
    while len(settled) < len(run.deliveries):
        rest = run.deliveries[len(settled) :]
        planned, aggregate = yield from _append(aggregate, run, rest, policy, traces, fifo=fifo)
        if planned.commit:
            traces.clear()  # the commit contains them
        else:
            traces += (decision.trace for decision in planned.decisions if decision.trace)
        for decision in planned.decisions:
            settled.append((yield from settle(_settled(decision))))
        if fifo and settled[-1].failed:
            break
    yield from keep(aggregate)


def _append(
    aggregate: Aggregate,
    run: Run,
    deliveries: Sequence[Delivery],
    policy: Policy,
    traces: list[StoredCommand],
    *,
    fifo: bool,
) -> Effects[tuple[CommitPlan, Aggregate]]:
    """Decide and append the first of `deliveries`; return the plan and the aggregate after it.

    A cached or followed state may be outdated. An append reveals that; decisions without an append are made
    again on a state that the store has confirmed.
    """
    for _ in range(1 + DECIDED_AGAIN_MAX):
        now: str = yield Now()
        planned = plan(aggregate, deliveries, now=now, policy=policy, fifo=fifo, traces=traces)
        if planned.needs_newest_state and aggregate.basis is not Basis.CONFIRMED:
            if aggregate.basis is Basis.CACHED:
                yield Count(Metric.CACHE_CONFIRMATIONS)
            aggregate = yield from confirm(aggregate, run, policy)
            continue
        if planned.commit is None:
            return planned, planned.after
        if planned.snapshot_left_out:
            yield Count(Metric.SNAPSHOTS_LEFT_OUT)
        try:
            head = yield from retry(Append(aggregate.head, planned.commit))
        except Conflict as conflict:
            yield Count(Metric.CONFLICTS)
            aggregate = yield from catch_up(aggregate, conflict.winner, run, policy)
        except DuplicateCommand as duplicate:
            stored = duplicate.stored
            aggregate = replace(aggregate, known={stored.id: stored.recent, **aggregate.known})
        else:
            return planned, replace(planned.after, head=head, basis=Basis.CONFIRMED)
    raise Contended(aggregate.head.stream)


def _settled(decision: CommandDecision) -> MessageResult:
    after, delivery = decision.after, decision.delivery
    return MessageResult(
        delivery.message,
        delivery.command,
        decision.outcome,
        decision.disposition,
        version=after.state.version,
        digest=after.machine.digest,
    )


def _handed_back(entry: Delivery | Unreadable) -> MessageResult:
    failure = Failure(FailureKind.HANDED_BACK, "an earlier message of its message group failed")
    return MessageResult(entry.message, entry.command, failure, Disposition.REDELIVERED)
