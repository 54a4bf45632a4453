"""Evolve: what a stored event does to an aggregate. No guard, no clock, no command is visible here.

Nothing is validated: what decide stored, evolve folds. A stored event also tells where it led when it was
decided; a difference is never ignored.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.core.machine import Machine, Step
from engine.core.messages import AggregateState, Event
from engine.errors import EvaluationError, FoldFailed, ReplayDivergence, UnknownMove


def evolve(machine: Machine, state: AggregateState, event: Event) -> AggregateState:
    """The state after `event`; `state` stays as it is. Raises UnknownMove and EvaluationError."""
    step = machine.step(state.leaf, event.type)
    data = dict(state.data)
    if step.fold is not None:
        step.fold(data, event.data)
    return AggregateState(step.leaf, data, state.version + 1)


def replay(
    machine: Machine, state: AggregateState, events: Iterable[Event], *, stream: str, stored_by: int
) -> AggregateState:
    """Fold stored events, oldest first, from `state`. `stored_by`: version of the definition that decided.

    Raises UnknownMove, ReplayDivergence where an event leads elsewhere than it did, FoldFailed where a
    value cannot be computed any more.
    """
    leaf, version = state.leaf, state.version
    data = dict(state.data)
    steps = machine.steps
    for event in events:
        version += 1
        step = steps.get((leaf, event.type)) or _step(machine, leaf, event, stream=stream, version=version)
        leaf = step.leaf
        if leaf != event.leaf or step.entered != event.entered:
            _compare(machine, step, event, stream=stream, version=version, stored_by=stored_by)
        try:
            if step.fold is not None:
                step.fold(data, event.data)
        except EvaluationError as error:
            raise FoldFailed(stream=stream, version=version, event_type=event.type) from error
    return AggregateState(leaf, data, version)


def _step(machine: Machine, leaf: str, event: Event, *, stream: str, version: int) -> Step:
    try:
        return machine.step(leaf, event.type)
    except UnknownMove as error:
        raise error.at(stream, version) from None


def _compare(
    machine: Machine, step: Step, event: Event, *, stream: str, version: int, stored_by: int
) -> None:
    """Names of the time of storing are mapped to today's before they are held against today's move.

    A state that stands in another place since is entered through other states, so only the leaf counts.
    """
    leaf, moved = machine.state_names.today(event.leaf)
    entered = None if event.entered is None else machine.state_names.today(event.entered)[0]
    if leaf == step.leaf and (moved or entered == step.entered):
        return
    raise ReplayDivergence(
        stream=stream,
        version=version,
        stored=f'state "{event.leaf}" entering {_quoted(event.entered)}',
        computed=f'state "{step.leaf}" entering {_quoted(step.entered)}',
        stored_by=stored_by,
        definition_version=machine.version,
    )


def _quoted(name: str | None) -> str:
    return "nothing" if name is None else f'"{name}"'
