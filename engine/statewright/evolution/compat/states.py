"""What a new version does to where streams stand: how they begin, which states are gone or renamed."""

from __future__ import annotations

from collections.abc import Iterator

from statewright.analysis.values import same_value
from statewright.canonical import canonical_json
from statewright.evolution.compat.case import Case
from statewright.evolution.compat.remedies import renamed_yaml, yaml_at
from statewright.evolution.compat.rules import Rule
from statewright.evolution.compat.spellings import former_names
from statewright.evolution.compat.verdicts import Verdict
from statewright.evolution.compat.witness import FoldWitness
from statewright.language.source.document import Path
from statewright.machine.messages import AggregateState


def state_verdicts(case: Case) -> Iterator[Verdict]:
    """The beginning, then the states of the old version, then new ones."""
    pair = case.pair
    if pair.states.get(pair.old.initial.leaf) != pair.new.initial.leaf:
        yield _initial(case)
    for name, today in pair.data.items():
        if not same_value(pair.old.initial.data[name], pair.new.initial.data[today]):
            yield _start_value(case, name, today)
    for name in _reached(case):
        yield from _state(case, name)
    image = set(pair.states.values())
    for name, state in pair.new.definition.states.items():
        if name not in image and (state.parent is None or state.parent in image):
            yield case.verdict(Rule.STATE_ADDED, f'state "{name}" is added', new=state.path)


def _initial(case: Case) -> Verdict:
    pair = case.pair
    old, new = pair.old, pair.new
    return case.verdict(
        Rule.INITIAL_CHANGED,
        f'streams begin in "{new.initial.leaf}", they began in "{old.initial.leaf}"',
        old=("initial",),
        new=("initial",),
        witness=case.stream(lambda _: True),
        remedy="let an event lead to the other state",
        yaml=_initial_yaml(case),
    )


def _initial_yaml(case: Case) -> str | None:
    """Where both begin alike, the composite that they begin in does not."""
    pair = case.pair
    states = pair.new.definition.states
    at: Path = ("initial",)
    was: str | None = pair.old.definition.initial
    now: str | None = pair.new.definition.initial
    while was is not None and now is not None and pair.states.get(was) == now:
        at = (*states[now].path, "initial")
        was, now = pair.old.definition.states[was].initial, states[now].initial
    today = pair.states.get(was or "")
    return None if today is None else yaml_at(at, today.rpartition(".")[2])


def _start_value(case: Case, name: str, today: str) -> Verdict:
    old, new = case.pair.old.initial.data[name], case.pair.new.initial.data[today]

    def shows(witness: FoldWitness) -> bool:
        return isinstance(witness.new, AggregateState) and not same_value(
            witness.old.data[name], witness.new.data[today]
        )

    return case.verdict(
        Rule.START_CHANGED,
        f'"{today}" begins as {canonical_json(new)}, it began as {canonical_json(old)}',
        old=("data", name, "default"),
        new=("data", today, "default"),
        witness=case.stream(shows),
        remedy="let a first event set the other value",
        yaml=yaml_at(("data", today), {**case.pair.new.definition.data[today].schema, "default": old}),
    )


def _reached(case: Case) -> list[str]:
    """States that some stream of the old version can stand in, parents first."""
    definition = case.pair.old.definition
    reached = {name for leaf in case.pair.old.rows for name in definition.lineage(leaf)}
    return [name for name in definition.states if name in reached]


def _state(case: Case, name: str) -> Iterator[Verdict]:
    """Nothing about one inside a guessed state: what is said of that holds for it too.

    Streams stand in leaves, so a composite whose leaves have all moved out is no loss.
    """
    pair = case.pair
    parent, today = pair.old.definition.states[name].parent, pair.states.get(name)
    if parent is not None and parent in pair.guessed_states:
        return
    if today is None:
        if name in pair.old.rows:
            yield _removed(case, name)
    elif name in pair.guessed_states:
        yield _guessed(case, name, today)
    elif today.rpartition(".")[2] != name.rpartition(".")[2]:
        old, new = pair.old.definition.states[name].path, pair.new.definition.states[today].path
        yield case.verdict(Rule.RENAMED, f'state "{name}" is called "{today}"', old=old, new=new)
    if name in pair.old.rows and today is not None:
        for former in former_names(pair.old, name):
            if pair.new.state_names.today(former)[0] != today:
                yield _forgotten(case, name, today, former)


def _removed(case: Case, name: str) -> Verdict:
    definition = case.pair.old.definition
    return case.verdict(
        Rule.STATE_REMOVED,
        f'state "{name}" is gone, and streams may stand in it',
        old=definition.states[name].path,
        witness=case.fold(lambda fold: name in definition.lineage(fold.old.leaf)),
        remedy=f"keep the state, or let its heir say so: `renamed_from: [{name}]`",
    )


def _guessed(case: Case, name: str, today: str) -> Verdict:
    old, new = case.pair.old.definition, case.pair.new.definition
    return case.verdict(
        Rule.STATE_RENAMED,
        f'state "{name}" seems to be called "{today}" now, and stored events say "{name}"',
        old=old.states[name].path,
        new=new.states[today].path,
        witness=case.fold(lambda fold: name in old.lineage(fold.old.leaf)),
        yaml=renamed_yaml(new, new.states[today].path, [_own_name(name, today)]),
    )


def _forgotten(case: Case, name: str, today: str, former: str) -> Verdict:
    old, new = case.pair.old.definition, case.pair.new.definition
    return case.verdict(
        Rule.RENAME_DROPPED,
        f'state "{today}" no longer says that it was called "{former}"',
        old=(*old.states[name].path, "renamed_from"),
        new=new.states[today].path,
        witness=case.fold(lambda fold: fold.events[-1].leaf == former),
        yaml=renamed_yaml(new, new.states[today].path, [_own_name(former, today)]),
    )


def _own_name(former: str, today: str) -> str:
    """Among its siblings, unless it stood elsewhere."""
    place, _, own = former.rpartition(".")
    return own if place == today.rpartition(".")[0] else former
