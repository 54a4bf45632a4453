"""From commands and an aggregate to decisions and one commit: pure, nothing is read or written here.

Commands are decided in arrival order on a state that runs ahead; what they contribute becomes one commit,
cut where it would grow too large. Called by `handler.process`, once per round.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.core.decide import decide
from engine.core.evolve import evolve
from engine.core.messages import REFUSED, Accepted, Command, Duplicate, Event, Invalid, Outcome, Rejected
from engine.stores.record import Commit, DefinitionStamp, RecentCommand, Snapshot, StoredCommand, StoredEvent
from engine.stores.record_text import encode
from handler.loading import Aggregate, payload_size
from handler.outcomes import Disposition
from handler.policy import Policy, disposition_of
from handler.units import Delivery

EVENTS_MAX = 100
EVENT_BYTES_MAX = 300 * 1024
SNAPSHOT_AFTER_PAYLOAD = 256 * 1024
COMMIT_WITH_SNAPSHOT_BYTES_MAX = 350 * 1024
SNAPSHOT_COMMANDS_MAX = 256

_EVENT_KEYS_BYTES = len('"type":"data":"leaf":"entered":"event_version":')


@dataclass(frozen=True, slots=True)
class Decision:
    """What one delivery comes to, provided that the commit it was planned with stands.

    `stored` is what the commit says of the command, None where it contributes nothing. `after`: the
    aggregate behind it.
    """

    delivery: Delivery
    outcome: Outcome
    disposition: Disposition
    stored: StoredCommand | None
    events: tuple[StoredEvent, ...]
    after: Aggregate


@dataclass(frozen=True, slots=True)
class Plan:
    """Decisions on the first of the deliveries, and the commit that carries them; None if none contributes.

    `snapshot_left_out`: one was due, and the commit would have grown too large.
    """

    decisions: tuple[Decision, ...]
    commit: Commit | None
    after: Aggregate
    snapshot_left_out: bool = False


def plan(
    aggregate: Aggregate, deliveries: Sequence[Delivery], *, now: str, policy: Policy, fifo: bool
) -> Plan:
    """Decide as many of `deliveries` (at least one) as one commit may carry.

    On FIFO the plan ends at the first message that leaves the queue's order, parked or failed, so that
    what stands before it is appended first and what stands behind it waits for it.
    """
    decisions: list[Decision] = []
    after, events, weight = aggregate, 0, 0
    for delivery in deliveries:
        decision = _decision(after, delivery, now=now, policy=policy, fifo=fifo)
        first = not events
        events += len(decision.events)
        weight += sum(map(_event_bytes, decision.events))
        if decision.events and not first and (events > EVENTS_MAX or weight > EVENT_BYTES_MAX):
            break
        decisions.append(decision)
        after = decision.after
        if fifo and decision.disposition in (Disposition.PARKED, Disposition.REDELIVERED):
            break
    return _with_commit(aggregate, tuple(decisions), now=now, policy=policy)


def _decision(aggregate: Aggregate, delivery: Delivery, *, now: str, policy: Policy, fifo: bool) -> Decision:
    command, state = delivery.command, aggregate.state
    outcome = _outcome(aggregate, command, now=now)
    disposition = disposition_of(
        outcome,
        command=command,
        state=state,
        refusals_in_a_row=aggregate.refusals_in_a_row,
        policy=policy,
        fifo=fifo,
    )
    match outcome:
        case Accepted(events=events, state=state) if events:
            after = replace(aggregate, state=state, refusals_in_a_row=0)
            return _contribution(delivery, outcome, disposition, "accepted", events, after)
        case Rejected(code=code) if disposition is Disposition.RECORDED:
            event = _refusal(command, outcome)
            state = evolve(aggregate.machine, state, event)
            after = replace(aggregate, state=state, refusals_in_a_row=aggregate.refusals_in_a_row + 1)
            return _contribution(delivery, outcome, disposition, code, (event,), after)
        case _:
            return Decision(delivery, outcome, disposition, None, (), aggregate)


def _outcome(aggregate: Aggregate, command: Command, *, now: str) -> Outcome:
    """A command that the stream holds is never judged again: a redelivery outlives a tightened schema."""
    earlier = aggregate.known.get(command.id)
    if earlier is not None:
        return _repeated(aggregate, command, earlier)
    outcome = decide(aggregate.machine, aggregate.state, command, now=now)
    if isinstance(outcome, Accepted):
        weight = sum(_event_bytes(_stored_event(event)) for event in outcome.events)
        if weight > EVENT_BYTES_MAX:
            return Invalid(f"its events have {weight} bytes, the most is {EVENT_BYTES_MAX}")
    return outcome


def _repeated(aggregate: Aggregate, command: Command, earlier: RecentCommand) -> Duplicate | Rejected:
    if earlier.digest == command.digest:
        return Duplicate(earlier.outcome)
    leaf = aggregate.state.leaf
    message = f'the stream already holds another command under the id "{command.id}"'
    return Rejected("ID_REUSED", message, leaf, aggregate.machine.accepts(leaf))


def _refusal(command: Command, rejected: Rejected) -> Event:
    data = {"command": command.name, "code": rejected.code, "message": rejected.message}
    return Event(REFUSED, data, rejected.leaf)


def _contribution(
    delivery: Delivery,
    outcome: Outcome,
    disposition: Disposition,
    stored_outcome: str,
    events: Sequence[Event],
    after: Aggregate,
) -> Decision:
    command = delivery.command
    stored = StoredCommand(
        command.id,
        command.digest,
        stored_outcome,
        len(events),
        command.actor.id,
        command.correlation_id,
        command.causation_id,
    )
    known = {**after.known, command.id: RecentCommand(command.id, command.digest, stored_outcome)}
    stored_events = tuple(map(_stored_event, events))
    return Decision(delivery, outcome, disposition, stored, stored_events, replace(after, known=known))


def _stored_event(event: Event) -> StoredEvent:
    return StoredEvent(event.type, _json(event.data), event.leaf, event.entered, event.event_version)


def _event_bytes(event: StoredEvent) -> int:
    """The most that an event adds to the text of a commit: its payload is escaped there as a string."""
    parts = [event.type, event.data, event.leaf, event.entered, event.event_version]
    return len(json.dumps(parts, ensure_ascii=False).encode()) + _EVENT_KEYS_BYTES


def _with_commit(aggregate: Aggregate, decisions: tuple[Decision, ...], *, now: str, policy: Policy) -> Plan:
    after = decisions[-1].after
    events = tuple(event for decision in decisions for event in decision.events)
    if not events:
        return Plan(decisions, None, after)
    after = replace(
        after,
        events_since_snapshot=aggregate.events_since_snapshot + len(events),
        payload_since_snapshot=aggregate.payload_since_snapshot + payload_size(events),
    )
    machine = aggregate.machine
    commit = Commit(
        stream=aggregate.head.stream,
        version=aggregate.head.version + 1,
        time=max(now, aggregate.head.time),
        definition=DefinitionStamp(machine.version, machine.digest),
        commands=tuple(decision.stored for decision in decisions if decision.stored),
        events=events,
    )
    if not _snapshot_due(after, policy):
        return Plan(decisions, commit, after)
    with_snapshot = replace(commit, snapshot=_snapshot(after))
    if len(encode(with_snapshot).encode()) > COMMIT_WITH_SNAPSHOT_BYTES_MAX:
        return Plan(decisions, commit, after, snapshot_left_out=True)
    after = replace(after, events_since_snapshot=0, payload_since_snapshot=0)
    return Plan(decisions, with_snapshot, after)


def _snapshot_due(after: Aggregate, policy: Policy) -> bool:
    return (
        after.events_since_snapshot >= policy.snapshot_every
        or after.payload_since_snapshot >= SNAPSHOT_AFTER_PAYLOAD
    )


def _snapshot(after: Aggregate) -> Snapshot:
    return Snapshot(
        behaviour=after.machine.behaviour,
        head=after.state.version,
        leaf=after.state.leaf,
        data=_json(after.state.data),
        commands=tuple(after.known.values())[-SNAPSHOT_COMMANDS_MAX:],
    )


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
