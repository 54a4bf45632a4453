"""Verdicts on states: where streams start, and which states are removed or renamed."""

from __future__ import annotations

from collections.abc import Iterator

from statewright.analysis.values import same_value
from statewright.canonical import canonical_json
from statewright.evolution.compat.change_kinds import ChangeKind
from statewright.evolution.compat.comparison import Comparison
from statewright.evolution.compat.elements import Added, Kept, Removed, elements, kept_elements
from statewright.evolution.compat.remedies import renamed_yaml, yaml_at
from statewright.evolution.compat.spellings import own_former_names
from statewright.evolution.compat.verdicts import ChangeVerdict
from statewright.evolution.compat.witness import FoldWitness
from statewright.language.model import State
from statewright.language.source.document import DocumentPath
from statewright.machine.messages import AggregateState

KeptState = Kept[str, State, State]


def state_changes(comparison: Comparison) -> Iterator[ChangeVerdict]:
    """Verdicts on the start, then on old states, then on new ones.

    The verdict on a guessed rename covers the states inside it. Removing a composite whose leaves all moved
    elsewhere is safe, because streams are always in leaves.
    """
    pair = comparison.pair
    if pair.states.get(pair.old.initial.leaf) != pair.new.initial.leaf:
        yield _initial(comparison)
    for value in kept_elements(pair.old.initial.data, pair.new.initial.data, pair.data):
        if not same_value(value.old, value.new):
            yield _start_value(comparison, value.was, value.name)
    reached, image = _reached(comparison), set(pair.states.values())
    for state in elements(pair.old.definition.states, pair.new.definition.states, pair.states):
        match state:
            case Removed(was=name, old=old) if (
                name in pair.old.rows and old.parent not in pair.guessed_states
            ):
                yield _removed(comparison, name)
            case Kept(was=name, old=old) if name in reached and old.parent not in pair.guessed_states:
                yield from _renamed(comparison, state)
            case Added(name, new) if new.parent is None or new.parent in image:
                yield comparison.verdict(ChangeKind.STATE_ADDED, f'state "{name}" is added', new=new.path)
    for name in {*pair.old.definition.states, *pair.new.definition.states}:
        comparison.settled.add(("states", pair.states.get(name, name)))  # covered above, or by the moves


def _initial(comparison: Comparison) -> ChangeVerdict:
    pair = comparison.pair
    old, new = pair.old, pair.new
    return comparison.verdict(
        ChangeKind.INITIAL_CHANGED,
        f'streams now start in "{new.initial.leaf}" (was "{old.initial.leaf}")',
        ("initial",),
        ("initial",),
        witness=comparison.stream(lambda _: True),
        remedy="keep the initial state, and reach the other state with an event",
        yaml=_initial_yaml(comparison),
    )


def _initial_yaml(comparison: Comparison) -> str | None:
    """YAML that restores the start: the initial state, or that of the enclosing composite."""
    pair = comparison.pair
    states = pair.new.definition.states
    at: DocumentPath = ("initial",)
    was: str | None = pair.old.definition.initial
    now: str | None = pair.new.definition.initial
    while was is not None and now is not None and pair.states.get(was) == now:
        at = (*states[now].path, "initial")
        was, now = pair.old.definition.states[was].initial, states[now].initial
    renamed = pair.states.get(was or "")
    return None if renamed is None else yaml_at(at, renamed.rpartition(".")[2])


def _start_value(comparison: Comparison, name: str, now: str) -> ChangeVerdict:
    old, new = comparison.pair.old.initial.data[name], comparison.pair.new.initial.data[now]

    def shows(witness: FoldWitness) -> bool:
        return isinstance(witness.new, AggregateState) and not same_value(
            witness.old.data[name], witness.new.data[now]
        )

    return comparison.verdict(
        ChangeKind.START_CHANGED,
        f'"{now}" now starts as {canonical_json(new)} (was {canonical_json(old)})',
        ("data", name, "default"),
        ("data", now, "default"),
        witness=comparison.stream(shows),
        remedy="keep the old default, and set the new value from the first event",
        yaml=yaml_at(("data", now), {**comparison.pair.new.definition.data[now].schema, "default": old}),
    )


def _reached(comparison: Comparison) -> set[str]:
    """States that a stream of the old version can be in."""
    return {
        name for leaf in comparison.pair.old.rows for name in comparison.pair.old.definition.lineage(leaf)
    }


def _removed(comparison: Comparison, name: str) -> ChangeVerdict:
    definition = comparison.pair.old.definition
    return comparison.verdict(
        ChangeKind.STATE_REMOVED,
        f'state "{name}" is removed, but stored streams may be in it',
        definition.states[name].path,
        witness=comparison.fold(lambda fold: name in definition.lineage(fold.old.leaf)),
        remedy=f"keep the state, or give its replacement `renamed_from: [{name}]`",
    )


def _renamed(comparison: Comparison, state: KeptState) -> Iterator[ChangeVerdict]:
    """Verdicts on a new name, and on former names that the new version no longer declares."""
    pair = comparison.pair
    name, now = state.was, state.name
    if name in pair.guessed_states:
        yield _guessed(comparison, state)
    elif now.rpartition(".")[2] != name.rpartition(".")[2]:
        message = f'state "{name}" is renamed to "{now}"'
        yield comparison.verdict(ChangeKind.RENAMED, message, state.old.path, state.new.path)
    for former in own_former_names(pair.old, name):
        if pair.new.state_names.current(former)[0] != now:
            yield _forgotten(comparison, state, former)


def _guessed(comparison: Comparison, state: KeptState) -> ChangeVerdict:
    name, lineage = state.was, comparison.pair.old.definition.lineage
    return comparison.verdict(
        ChangeKind.STATE_RENAMED,
        f'state "{name}" appears to be renamed to "{state.name}", but stored events contain "{name}"',
        state.old.path,
        state.new.path,
        witness=comparison.fold(lambda fold: name in lineage(fold.old.leaf)),
        yaml=_renamed_yaml(comparison, state, name),
    )


def _forgotten(comparison: Comparison, state: KeptState, former: str) -> ChangeVerdict:
    return comparison.verdict(
        ChangeKind.RENAME_DROPPED,
        f'state "{state.name}" no longer declares its former name "{former}"',
        (*state.old.path, "renamed_from"),
        state.new.path,
        element=(*state.new.path, "renamed_from", former),
        witness=comparison.fold(lambda fold: f"{fold.event.leaf}.".startswith(f"{former}.")),
        yaml=_renamed_yaml(comparison, state, former),
    )


def _renamed_yaml(comparison: Comparison, state: KeptState, former: str) -> str:
    """YAML that declares a former name, without the path if the parent is the same."""
    place, _, own = former.rpartition(".")
    name = own if place == state.name.rpartition(".")[0] else former
    return renamed_yaml(comparison.pair.new.definition, state.new.path, [name])
