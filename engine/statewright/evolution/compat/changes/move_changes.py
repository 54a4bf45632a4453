"""Verdicts on transitions of stored events, state by state."""

from __future__ import annotations

from collections.abc import Iterator

from statewright.evolution.compat.change_kinds import ChangeKind
from statewright.evolution.compat.comparison import Comparison
from statewright.evolution.compat.elements import Added, Kept, Removed, elements
from statewright.evolution.compat.remedies import retired_yaml
from statewright.evolution.compat.verdicts import ChangeVerdict
from statewright.language.source.document import DocumentPath
from statewright.machine.compiled import Machine
from statewright.machine.evolve import is_same_move
from statewright.machine.flatten import Move, destination


def move_changes(comparison: Comparison) -> Iterator[ChangeVerdict]:
    """Verdicts on removed, changed and added moves between states and events that both versions have."""
    pair = comparison.pair
    names = {
        (leaf, event): (pair.states[leaf], pair.events[event])
        for leaf, event in pair.old_moves
        if leaf in pair.states and event in pair.events
    }
    for way in elements(pair.old_moves, pair.new_moves, names):
        match way:
            case Removed(was=(leaf, event), old=move):
                if way.was in names and names[way.was][0] in pair.new.rows and move.leaf in pair.states:
                    yield _removed(comparison, leaf, event, move)
            case Kept(was=(leaf, event), old=move, new=led) if move.leaf in pair.states:
                if led != _under_new_names(comparison, move) and not is_same_move(
                    pair.new.state_names, move, led
                ):
                    yield _changed(comparison, leaf, event, move, led)
            case Added(name=(leaf, event)):
                if leaf in pair.states.values() and event in pair.events.values():
                    yield _added(comparison, leaf, event)
    comparison.settle_within("moves")  # the others are unchanged, or covered by removed states


def kept_rows(comparison: Comparison, event: str) -> Iterator[dict[str, str]]:
    """The rows of `retired` that keep every move of an old event."""
    pair = comparison.pair
    for (leaf, name), move in pair.old_moves.items():
        if name == event and leaf in pair.states and move.leaf in pair.states:
            yield _row(comparison, leaf, move)


def emitting_path(machine: Machine, leaf: str, event: str) -> DocumentPath:
    """The branch that emits an event in a leaf, or else the event's `retired`."""
    for branches in machine.rows[leaf].values():
        for branch in branches:
            if any(emission.event == event for emission in branch.emits):
                return branch.path
    return ("events", event, "retired")


def _added(comparison: Comparison, leaf: str, event: str) -> ChangeVerdict:
    path = emitting_path(comparison.pair.new, leaf, event)
    message = f'event "{event}" now has a transition from "{leaf}"'
    return comparison.verdict(ChangeKind.EVENT_ADDED, message, new=path, at=("moves", leaf, event))


def _removed(comparison: Comparison, leaf: str, event: str, move: Move) -> ChangeVerdict:
    pair = comparison.pair
    return comparison.verdict(
        ChangeKind.MOVE_REMOVED,
        f'event "{event}" no longer has a transition from "{leaf}" (was to "{move.leaf}")',
        emitting_path(pair.old, leaf, event),
        pair.new.definition.states[pair.states[leaf]].path,
        at=("moves", leaf, event),
        witness=comparison.event_fold(event, lambda fold: fold.leaf == leaf),
        yaml=retired_yaml(pair, pair.events[event], [_row(comparison, leaf, move)]),
    )


def _changed(comparison: Comparison, leaf: str, event: str, move: Move, led: Move) -> ChangeVerdict:
    pair = comparison.pair
    now = pair.events[event]
    return comparison.verdict(
        ChangeKind.MOVE_CHANGED,
        f'event "{event}" now moves "{leaf}" to {_described(led, move)} (was {_described(move, led)})',
        emitting_path(pair.old, leaf, event),
        emitting_path(pair.new, pair.states[leaf], now),
        at=("moves", leaf, event),
        witness=comparison.event_fold(event, lambda fold: fold.leaf == leaf),
        remedy="emit a new event for the new transition, and keep the old one under `retired`",
        yaml=retired_yaml(pair, now, [_row(comparison, leaf, move)]),
    )


def _row(comparison: Comparison, leaf: str, move: Move) -> dict[str, str]:
    """The `retired` row for a move. The entered state may be a composite around the leaf."""
    source, now = comparison.pair.states[leaf], _under_new_names(comparison, move)
    if now.entered is None:
        return {"from": source}
    definition = comparison.pair.new.definition
    is_target = now.entered in definition.states and destination(definition, source, now.entered) == now
    return {"from": source, "target": now.entered if is_target else now.leaf}


def _under_new_names(comparison: Comparison, move: Move) -> Move:
    """The move under the names of the new version."""
    states = comparison.pair.states
    return Move(states[move.leaf], None if move.entered is None else states.get(move.entered, move.entered))


def _described(move: Move, other: Move) -> str:
    """The target, with the entered state if the leaves are equal."""
    if move.leaf != other.leaf:
        return f'"{move.leaf}"'
    return f'"{move.leaf}", entering ' + (f'"{move.entered}"' if move.entered else "no state")
