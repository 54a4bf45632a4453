"""Evolve: folds events into the state of an aggregate, without guards, clocks or commands.

Validates nothing except the results of upcasts. A stored event also records its move at the time of the
decision; a different move on replay is always an error.
"""

from __future__ import annotations

from collections.abc import Iterable

from statewright.errors import EvaluationError, FoldFailed, ReplayDivergence, UnknownMove
from statewright.language.cel import Budget
from statewright.language.state_names import StateNames
from statewright.machine.compiled import EventTransition, Machine
from statewright.machine.flatten import Move
from statewright.machine.messages import AggregateState, Event


def evolve(
    machine: Machine, state: AggregateState, event: Event, *, budget: Budget | None = None
) -> AggregateState:
    """Return the state after `event`; `state` is not modified. Raises UnknownMove and EvaluationError.

    `budget`: the budget of the decision that makes the event; raises BudgetExceeded. Stored events are folded
    without a budget.
    """
    transition = machine.transition(state.leaf, event.type, event.event_version)
    data = dict(state.data)
    if transition.fold is None:
        return AggregateState(transition.leaf, data, state.version + 1, state.check)
    transition.fold(data, event.data, budget)
    return AggregateState(transition.leaf, data, state.version + 1)


def replay(
    machine: Machine,
    state: AggregateState,
    events: Iterable[Event],
    *,
    stream: str = "",
    stored_by: int | None = None,
) -> AggregateState:
    """Fold stored events, oldest first, from `state`.

    `stream`: the name to use in errors. `stored_by`: the version of the definition that made the events;
    default: that of the machine.

    Raises UnknownMove, ReplayDivergence if an event no longer makes the stored move, and FoldFailed if a
    value cannot be computed or an event cannot be upcast.
    """
    stream = stream or machine.name
    stored_by = machine.version if stored_by is None else stored_by
    leaf, version = state.leaf, state.version
    data = dict(state.data)
    transitions = machine.transitions
    for event in events:
        version += 1
        transition = transitions.get((leaf, event.type, event.event_version)) or _transition(
            machine, leaf, event, stream=stream, version=version
        )
        leaf = transition.leaf
        if leaf != event.leaf or transition.entered != event.entered:
            _compare(machine, transition, event, stream=stream, version=version, stored_by=stored_by)
        try:
            if transition.fold is not None:
                transition.fold(data, event.data, None)
        except EvaluationError as error:
            raise FoldFailed(stream=stream, version=version, event_type=event.type, error=error) from error
    return AggregateState(leaf, data, version)


def is_same_move(names: StateNames, stored: Event | Move, current: EventTransition | Move) -> bool:
    """Whether a stored move equals the current one after renames.

    If the state has since been moved in the hierarchy, only the leaf is compared, because it is now entered
    through other states.
    """
    leaf, moved = names.current(stored.leaf)
    entered = None if stored.entered is None else names.current(stored.entered)[0]
    return leaf == current.leaf and (moved or entered == current.entered)


def _transition(machine: Machine, leaf: str, event: Event, *, stream: str, version: int) -> EventTransition:
    try:
        return machine.transition(leaf, event.type, event.event_version)
    except UnknownMove as error:
        raise error.at(stream, version) from None


def _compare(
    machine: Machine, transition: EventTransition, event: Event, *, stream: str, version: int, stored_by: int
) -> None:
    if is_same_move(machine.state_names, event, transition):
        return
    raise ReplayDivergence(
        stream=stream,
        version=version,
        stored=_described(event, transition),
        computed=_described(transition, event),
        stored_by=stored_by,
        definition_version=machine.version,
    )


def _described(move: Event | EventTransition, other: Event | EventTransition) -> str:
    """The state after a move, and if the other move ends there too, the state that was entered."""
    how = "" if move.leaf != other.leaf else " without entering a state"
    if how and move.entered is not None:
        how = f' entered through "{move.entered}"'
    return f'state "{move.leaf}"{how}'
