"""Decides one command on one aggregate: the outcome, the records to store, and the aggregate afterwards.

Pure. Owns the stored form of a decision and its size in a commit.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from statewright.canonical import canonical_json
from statewright.machine.decide import decide
from statewright.machine.evolve import evolve
from statewright.machine.messages import (
    REFUSED,
    Accepted,
    Command,
    Duplicate,
    Event,
    Invalid,
    InvalidKind,
    Outcome,
    RefusalKind,
    Rejected,
)
from statewright.runtime.aggregate import Aggregate
from statewright.runtime.policy import Policy, disposition_of
from statewright.runtime.repetition import is_repetition
from statewright.runtime.results import Disposition
from statewright.runtime.units import Delivery
from statewright.stores.keys import message_trace_id
from statewright.stores.record import ACCEPTED, RecentCommand, StoredCommand, StoredEvent


@dataclass(frozen=True, slots=True)
class CommandDecision:
    """The decision on one delivery, valid once its commit has been appended.

    `stored`: the command's record in the commit, None if it adds no events. `weight`: an upper bound for the
    bytes that it and the events take in the commit. `trace`: for a message on FIFO that is deleted without
    events, its record in the next commit. `after`: the aggregate after this command.
    """

    delivery: Delivery
    outcome: Outcome
    disposition: Disposition
    after: Aggregate
    stored: StoredCommand | None = None
    events: tuple[StoredEvent, ...] = ()
    trace: StoredCommand | None = None
    weight: int = 0


def decision_on(
    aggregate: Aggregate, delivery: Delivery, *, now: str, policy: Policy, fifo: bool
) -> CommandDecision:
    """Decide one delivery. `now`: the time of the commit. A command too large for any commit is Invalid."""
    outcome = _outcome(aggregate, delivery, now=now)
    decision = _decision(aggregate, delivery, outcome, policy=policy, fifo=fifo)
    if decision.weight <= policy.content_bytes_max:
        return decision
    reason = (
        f"the command would add {decision.weight:,} bytes to the stream; "
        f"at most {policy.content_bytes_max:,} are allowed"
    )
    return _decision(aggregate, delivery, Invalid(InvalidKind.TOO_LARGE, reason), policy=policy, fifo=fifo)


def weight_of(part: StoredCommand | StoredEvent) -> int:
    """An upper bound for its bytes in the text of a commit, which leaves out white space and nulls."""
    return len(json.dumps(asdict(part), ensure_ascii=False).encode())


def _outcome(aggregate: Aggregate, delivery: Delivery, *, now: str) -> Outcome:
    """The outcome of one delivery.

    A command in the stream is not decided again, even if the schema has changed since. Neither is a message
    that was settled without events before later commands of its group.
    """
    command = delivery.command
    command_id, *message_id = delivery.stored_ids
    earlier = aggregate.known.get(command_id)
    if earlier is not None:
        return _repeated(aggregate, command, earlier)
    for settled in filter(None, map(aggregate.known.get, message_id)):
        if settled.digest == command.digest:
            return Duplicate(settled.outcome)
    return decide(aggregate.machine, aggregate.state, command, now=now)


def _repeated(aggregate: Aggregate, command: Command, earlier: RecentCommand) -> Duplicate | Rejected:
    if is_repetition(aggregate.machine, command, earlier.digest):
        return Duplicate(earlier.outcome)
    leaf = aggregate.state.leaf
    message = f'the stream already contains a different command with id "{command.id}"'
    return Rejected("ID_REUSED", RefusalKind.COMMAND_ID, (), message, leaf, aggregate.machine.accepts(leaf))


def _decision(
    aggregate: Aggregate, delivery: Delivery, outcome: Outcome, *, policy: Policy, fifo: bool
) -> CommandDecision:
    command, state = delivery.command, aggregate.state
    disposition = disposition_of(
        outcome,
        command=command,
        state=state,
        refusals_in_a_row=aggregate.refusals_in_a_row,
        policy=policy,
        fifo=fifo,
    )
    plain = CommandDecision(delivery, outcome, disposition, aggregate)
    match outcome:
        case Accepted(events=events, state=state) if events:
            return _contributing(plain, ACCEPTED, events, replace(aggregate, state=state))
        case Rejected(code=code) if disposition is Disposition.RECORDED:
            event = _refusal(command, outcome)
            after = replace(aggregate, state=evolve(aggregate.machine, state, event))
            return _contributing(plain, code, (event,), after)
        case Accepted() if fifo:
            return replace(plain, trace=_trace(delivery, ACCEPTED))
        case Rejected(code=code) if fifo and disposition is Disposition.DROPPED:
            return replace(plain, trace=_trace(delivery, code))
        case _:
            return plain


def _refusal(command: Command, rejected: Rejected) -> Event:
    data = {"command": command.name, "code": rejected.code, "message": rejected.message}
    return Event(REFUSED, data, rejected.leaf)


def _contributing(
    decision: CommandDecision, stored_outcome: str, events: Sequence[Event], after: Aggregate
) -> CommandDecision:
    command = decision.delivery.command
    stored = StoredCommand(
        command.id,
        command.digest,
        stored_outcome,
        len(events),
        command.actor.id,
        command.correlation_id,
        command.causation_id,
    )
    stored_events = tuple(map(_stored_event, events))
    known = {**after.known, command.id: stored.recent}
    return replace(
        decision,
        after=replace(after, known=known),
        stored=stored,
        events=stored_events,
        weight=weight_of(stored) + sum(map(weight_of, stored_events)),
    )


def _trace(delivery: Delivery, outcome: str) -> StoredCommand:
    return StoredCommand(message_trace_id(delivery.message.message_id), delivery.command.digest, outcome, 0)


def _stored_event(event: Event) -> StoredEvent:
    return StoredEvent(event.type, canonical_json(event.data), event.leaf, event.entered, event.event_version)
