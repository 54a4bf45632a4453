"""Decides deliveries on an aggregate and plans one commit for them. Pure.

Commands are decided in arrival order, each on the state after the ones before. Their events form one commit,
which ends before it becomes too large.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from statewright.machine.decide import decision_time
from statewright.machine.messages import Duplicate
from statewright.runtime.aggregate import Aggregate
from statewright.runtime.deciding import CommandDecision, decision_on, weight_of
from statewright.runtime.policy import Policy
from statewright.runtime.replay import payload_bytes
from statewright.runtime.results import Disposition
from statewright.runtime.snapshots import snapshot_due, snapshot_of
from statewright.runtime.units import Delivery
from statewright.stores.record import Commit, DefinitionStamp, StoredCommand
from statewright.stores.record_text import encode

EVENTS_MAX = 100


@dataclass(frozen=True, slots=True)
class CommitPlan:
    """Decisions on the first deliveries, and their commit; None if they add no events.

    `snapshot_left_out`: a snapshot was due, but would have made the commit too large.
    """

    decisions: tuple[CommandDecision, ...]
    commit: Commit | None
    after: Aggregate
    snapshot_left_out: bool = False

    @property
    def needs_newest_state(self) -> bool:
        """Whether an outdated state could make the decisions wrong without an append that reveals it.

        An append on an outdated state fails, and a duplicate stays a duplicate.
        """
        lasting = all(isinstance(decision.outcome, Duplicate) for decision in self.decisions)
        return self.commit is None and not lasting


def plan(
    aggregate: Aggregate,
    deliveries: Sequence[Delivery],
    *,
    now: str,
    policy: Policy,
    fifo: bool,
    traces: Sequence[StoredCommand] = (),
) -> CommitPlan:
    """Decide as many of `deliveries` (at least one) as fit into one commit.

    On FIFO the plan ends at the first message that is dead-lettered or fails, so that earlier messages are
    appended first and later ones wait. `traces`: records of messages that were settled earlier without
    events. The commit stores them, so that a redelivery is recognised and not decided again after this
    commit.
    """
    time = decision_time(now, aggregate.head.time)
    decisions: list[CommandDecision] = []
    kept = _Traces(aggregate, policy.traces_bytes_max, traces)
    after, events, weight = aggregate, 0, 0
    for delivery in deliveries:
        decision = decision_on(after, delivery, now=time, policy=policy, fifo=fifo)
        if decision.events:
            first = not events
            events += len(decision.events)
            weight += decision.weight
            if not first and (events > EVENTS_MAX or weight > policy.content_bytes_max):
                break
        decisions.append(decision)
        after = decision.after
        if fifo and decision.disposition in (Disposition.DEAD_LETTERED, Disposition.REDELIVERED):
            break
        if decision.trace:
            kept.add(decision.trace)
    return _with_commit(aggregate, tuple(decisions), kept.by_id, time=time, policy=policy)


class _Traces:
    """The traces that fit into one commit. Messages without a trace are decided again if redelivered."""

    def __init__(self, aggregate: Aggregate, bytes_max: int, traces: Iterable[StoredCommand]) -> None:
        self.by_id: dict[str, StoredCommand] = {}
        self._aggregate = aggregate
        self._bytes_left = bytes_max
        for trace in traces:
            self.add(trace)

    def add(self, trace: StoredCommand) -> None:
        weight = weight_of(trace)
        if weight > self._bytes_left or trace.id in self.by_id or trace.id in self._aggregate.known:
            return
        self.by_id[trace.id] = trace
        self._bytes_left -= weight


def _with_commit(
    aggregate: Aggregate,
    decisions: tuple[CommandDecision, ...],
    traces: Mapping[str, StoredCommand],
    *,
    time: str,
    policy: Policy,
) -> CommitPlan:
    after = decisions[-1].after
    events = tuple(event for decision in decisions for event in decision.events)
    if not events:
        return CommitPlan(decisions, None, after)
    machine = aggregate.machine
    commit = Commit(
        stream=aggregate.head.stream,
        version=aggregate.head.version + 1,
        time=time,
        definition=DefinitionStamp(machine.version, machine.digest),
        commands=(*traces.values(), *(decision.stored for decision in decisions if decision.stored)),
        events=events,
    )
    after = replace(
        after,
        known={**aggregate.known, **{id: trace.recent for id, trace in traces.items()}, **after.known},
        commands_since_snapshot=aggregate.commands_since_snapshot + len(commit.commands),
        events_since_snapshot=aggregate.events_since_snapshot + len(events),
        bytes_since_snapshot=aggregate.bytes_since_snapshot + payload_bytes(events),
    )
    return _with_snapshot(CommitPlan(decisions, commit, after), commit, policy)


def _with_snapshot(planned: CommitPlan, commit: Commit, policy: Policy) -> CommitPlan:
    """The plan with a snapshot added, if one is due and fits."""
    after = planned.after
    if not snapshot_due(
        events=after.events_since_snapshot,
        payload_bytes=after.bytes_since_snapshot,
        every=policy.snapshot_every,
    ):
        return planned
    snapshot = snapshot_of(after.machine, after.state, after.known.values())
    larger = replace(commit, snapshot=snapshot)
    if len(encode(larger).encode()) > policy.commit_bytes_max:
        return replace(planned, snapshot_left_out=True)
    after = replace(after, commands_since_snapshot=0, events_since_snapshot=0, bytes_since_snapshot=0)
    return replace(planned, commit=larger, after=after)
