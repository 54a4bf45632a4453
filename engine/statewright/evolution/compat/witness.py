"""Witnesses of a difference: a stream that folds differently, or a command that is answered differently.

Each is made by running the real engine under both versions from the first event.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from statewright.analysis.requests import CommandRequest, decide_request
from statewright.errors import FoldFailed, ReplayError
from statewright.evolution.compat.correspondence import Pair
from statewright.machine.compiled import Machine
from statewright.machine.evolve import replay
from statewright.machine.messages import AggregateState, Event, Verdict

STREAM = "stream"


@dataclass(frozen=True, slots=True)
class FoldWitness:
    """A stream that the new version folds differently.

    `events`: stored by the old version. `new`: the reason if it no longer folds.
    """

    events: tuple[Event, ...]
    old: AggregateState
    new: AggregateState | str


@dataclass(frozen=True, slots=True)
class DecisionWitness:
    """In the `state` after `events`, `request` gave `old` and now gives `new`."""

    events: tuple[Event, ...]
    state: AggregateState
    request: CommandRequest
    old: Verdict
    new: Verdict


Witness = FoldWitness | DecisionWitness


class NoDifference(AssertionError):
    """A witness without a difference, which means a bug in the search."""


def folded(
    machine: Machine, state: AggregateState, events: Iterable[Event], *, stored_by: int
) -> AggregateState | str:
    """The state after stored events, or the reason why they cannot be folded."""
    try:
        return replay(machine, state, events, stream=STREAM, stored_by=stored_by)
    except FoldFailed as error:
        return f"{error.place}: {error.error}"  # safe to quote: the payload is generated
    except ReplayError as error:
        return str(error)


def fold_witness(pair: Pair, events: tuple[Event, ...]) -> FoldWitness | None:
    """The witness that both versions fold a stream differently; None if they do not."""
    old, new = (
        folded(machine, machine.initial, events, stored_by=pair.old.version)
        for machine in (pair.old, pair.new)
    )
    if isinstance(old, str) or pair.is_same(old, new):
        return None
    return FoldWitness(events, old, new)


def decision_witness(
    pair: Pair, events: tuple[Event, ...], request: CommandRequest, *, new_state: AggregateState
) -> DecisionWitness:
    """The witness that both versions answer a request differently. Raises NoDifference.

    `new_state`: the state of the new version, which may have been reset to match the old one.
    """
    state = folded(pair.old, pair.old.initial, events, stored_by=pair.old.version)
    if isinstance(state, str):
        raise NoDifference(f"{[event.type for event in events]}: old {state}")
    old = decide_request(pair.old, state, request).verdict
    new = decide_request(pair.new, new_state, request).verdict
    if pair.is_same_answer(old, new):
        raise NoDifference(f"{request}: {old}")
    return DecisionWitness(events, state, request, old, new)
