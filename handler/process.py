"""The story of one unit of a batch, as one generator: read, decide, append, on conflict again, then settle.

It yields requests and receives answers or has exceptions thrown into it; it touches no store, queue or
clock, so a test may play the world. `handler.driver` plays the real one. Nothing is reported, parked or
dropped before the append that it rests on has settled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.core.machine import Machine
from engine.core.messages import Invalid
from engine.errors import Conflict, CorruptStream, DuplicateCommand, ReplayError, StoreError
from engine.stores.record import RecentCommand
from handler.committing import Decision, Plan, plan
from handler.loading import Aggregate, DefinitionBehind, follow, load
from handler.outcomes import Disposition, Failure, FailureKind, Settled
from handler.patience import OutOfTime, insist, require_time
from handler.policy import Policy
from handler.requests import (
    Append,
    Count,
    Delay,
    FindMachine,
    NoDeadLetterQueue,
    Now,
    Park,
    QueueUnavailable,
    Story,
)
from handler.sqs import Message
from handler.units import Delivery, Run, Unit, Unreadable

ROUNDS_MAX = 5
DELAY_SECONDS_FIRST = 30
DELAY_SECONDS_MAX = 3600


class Contended(StoreError):
    """Others won every round."""

    def __init__(self, stream: str) -> None:
        super().__init__(f"{stream}: other writers won {ROUNDS_MAX} times in a row")


def process(unit: Unit, policy: Policy) -> Story[tuple[Settled, ...]]:
    """Settle every message of `unit`, one result each, in its order."""
    settled: list[Settled] = []
    for step in unit.steps:
        match step:
            case Unreadable(message=message, invalid=invalid):
                parked = Settled(message, None, invalid, Disposition.PARKED)
                settled.append((yield from _dispose(parked)))
            case Run():
                settled += yield from _settle_run(step, policy, fifo=unit.fifo)
        if unit.fifo and settled[-1].failed:
            break
    return (*settled, *map(_handed_back, unit.entries[len(settled) :]))


def _settle_run(run: Run, policy: Policy, *, fifo: bool) -> Story[list[Settled]]:
    """Results for the run's deliveries, in order; on FIFO they end with the first failure."""
    settled: list[Settled] = []
    try:
        yield from require_time()
        machine = yield from _machine_for(run)
        yield from _settle_catching_up(machine, run, settled, policy, fifo=fifo)
    except _UnknownMachine as unknown:
        ending: Failure | Invalid = Invalid(str(unknown), unknown=True)
    except OutOfTime as fault:
        ending = Failure(FailureKind.OUT_OF_TIME, str(fault))
    except (ReplayError, CorruptStream) as fault:
        ending = Failure(FailureKind.QUARANTINED, str(fault))
    except (StoreError, DefinitionBehind) as fault:
        ending = Failure(FailureKind.TRANSIENT, str(fault))
    else:
        return settled
    failing = run.deliveries[len(settled) :]
    for delivery in failing[:1] if fifo else failing:
        failed = Settled(delivery.message, delivery.command, ending, Disposition.REDELIVERED)
        settled.append((yield from _dispose(failed)))
    return settled


class _UnknownMachine(Exception):
    def __init__(self, name: str) -> None:
        super().__init__(f'machine: no definition of "{name}" is known')


def _machine_for(run: Run) -> Story[Machine]:
    """The machine; looked up again when it, or a command of the run, is unknown: it may just be deployed."""
    machine: Machine | None = yield FindMachine(run.machine)
    commands = {delivery.command.name for delivery in run.deliveries}
    if machine is None or (machine.commands is not None and not commands <= machine.commands):
        machine = yield FindMachine(run.machine, refresh=True)
    if machine is None:
        raise _UnknownMachine(run.machine)
    return machine


def _settle_catching_up(
    machine: Machine, run: Run, settled: list[Settled], policy: Policy, *, fifo: bool
) -> Story[None]:
    """Settle with `machine`, and once more with a newer one where the stream is ahead of it."""
    try:
        yield from _settle_with(machine, run, settled, policy, fifo=fifo)
    except DefinitionBehind:
        newer: Machine | None = yield FindMachine(run.machine, refresh=True)
        if newer is None or newer.digest == machine.digest:
            raise
        yield from _settle_with(newer, run, settled, policy, fifo=fifo)


def _settle_with(
    machine: Machine, run: Run, settled: list[Settled], policy: Policy, *, fifo: bool
) -> Story[None]:
    """Settle what `settled` lacks, commit by commit; what is in `settled` when this raises, stands."""
    aggregate = yield from load(machine, run, policy)
    while len(settled) < len(run.deliveries):
        rest = run.deliveries[len(settled) :]
        planned, aggregate = yield from _append(aggregate, rest, policy, fifo=fifo)
        for decision in planned.decisions:
            settled.append((yield from _dispose(_settled(decision))))
        if fifo and settled[-1].failed:
            return


def _append(
    aggregate: Aggregate, deliveries: Sequence[Delivery], policy: Policy, *, fifo: bool
) -> Story[tuple[Plan, Aggregate]]:
    """The first of `deliveries`, decided on the state that the store confirmed, and the aggregate after."""
    for _ in range(ROUNDS_MAX):
        yield from require_time()
        planned = plan(aggregate, deliveries, now=(yield Now()), policy=policy, fifo=fifo)
        if planned.commit is None:
            return planned, planned.after
        if planned.snapshot_left_out:
            yield Count("snapshots_left_out")
        try:
            head = yield from insist(Append(aggregate.head, planned.commit))
        except Conflict as conflict:
            yield Count("conflicts")
            aggregate = follow(aggregate, conflict.winner)
        except DuplicateCommand as duplicate:
            stored = duplicate.stored
            known = RecentCommand(stored.id, stored.digest, stored.outcome)
            aggregate = replace(aggregate, known={stored.id: known, **aggregate.known})
        else:
            return planned, replace(planned.after, head=head)
    raise Contended(aggregate.head.stream)


def _settled(decision: Decision) -> Settled:
    after, delivery = decision.after, decision.delivery
    return Settled(
        delivery.message,
        delivery.command,
        decision.outcome,
        decision.disposition,
        version=after.state.version,
        digest=after.machine.digest,
    )


def _dispose(result: Settled) -> Story[Settled]:
    """Do what the disposition asks of the queue; a message that cannot be parked is delivered again."""
    match result:
        case Settled(outcome=Failure(kind=FailureKind.TRANSIENT)):
            yield from _delay(result.message)
        case Settled(disposition=Disposition.PARKED):
            try:
                yield Park(result.message, result.code, result.reason)
            except NoDeadLetterQueue as fault:
                return replace(result, disposition=Disposition.REDELIVERED, note=str(fault))
            except QueueUnavailable as fault:
                yield from _delay(result.message)
                return replace(result, disposition=Disposition.REDELIVERED, note=str(fault))
    return result


def _delay(message: Message) -> Story[None]:
    """Put off the redelivery, 30 s doubling to 1 h, so that an outage parks nothing that is valid."""
    doublings = min(message.receive_count - 1, 10)
    seconds = min(DELAY_SECONDS_FIRST * 2**doublings, DELAY_SECONDS_MAX)
    if not (yield Delay(message, seconds)):
        yield Count("delays_refused")


def _handed_back(entry: Delivery | Unreadable) -> Settled:
    failure = Failure(FailureKind.HANDED_BACK, "stands behind a failure of its message group")
    return Settled(entry.message, entry.command, failure, Disposition.REDELIVERED)
