"""What a new version does to the events that streams hold: which it knows, and what they set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from statewright.evolution.compat.case import Case
from statewright.evolution.compat.correspondence import events_of, spec_of
from statewright.evolution.compat.elements import Added, Kept, Removed, elements
from statewright.evolution.compat.moves import emitting_path, kept_rows
from statewright.evolution.compat.remedies import event_yaml, retired_yaml
from statewright.evolution.compat.rules import Rule
from statewright.evolution.compat.setting import setter_verdicts
from statewright.evolution.compat.verdicts import Verdict
from statewright.language.source.document import Path


def event_verdicts(case: Case) -> Iterator[Verdict]:
    """The events of the old version by name, then what they set, then new ones."""
    pair = case.pair
    stored = {event for _, event in pair.old_moves}
    emitted = {event for _, event in pair.new_moves}
    for event in elements(
        events_of(pair.old, pair.old_moves), events_of(pair.new, pair.new_moves), pair.events
    ):
        match event:
            case Removed(was=name) if name in stored:
                rows = list(kept_rows(case, name))
                if rows:  # else it only led from or to states that are gone, of which the same is said
                    yield _removed(case, name, rows)
            case Kept(was=name, name=today) if name in stored:
                yield from _kept(case, name, today)
            case Added(name) if name in emitted:
                yield case.verdict(Rule.EVENT_ADDED, f'event "{name}" is added', new=("events", name))


def _kept(case: Case, name: str, today: str) -> Iterator[Verdict]:
    if name in case.pair.guessed_events:
        yield _guessed(case, name, today)
    elif today != name:
        old, new = ("events", name), ("events", today)
        yield case.verdict(Rule.RENAMED, f'event "{name}" is called "{today}"', old=old, new=new)
    yield from _forgotten(case, name, today)
    yield from setter_verdicts(case, name, today)


def _removed(case: Case, name: str, rows: Sequence[Mapping[str, str]]) -> Verdict:
    return case.verdict(
        Rule.EVENT_REMOVED,
        f'event "{name}" is gone, and streams may hold it',
        old=_path(case, name),
        at=("events", name),
        witness=case.fold(lambda fold: fold.events[-1].type == name),
        yaml=retired_yaml(case.pair, name, rows, **_declared(case, name)),
    )


def _declared(case: Case, name: str) -> dict[str, object]:
    """As the old version declares it, but for what it sets of data that are gone."""
    written = case.pair.old.definition.document.at(("events", name)) or {}
    kept = {key: value for key, value in written.items() if key not in ("retired", "set")}
    if "set" in written:
        data = case.pair.data
        kept["set"] = {data[field]: value for field, value in written["set"].items() if field in data}
    return kept


def _guessed(case: Case, name: str, today: str) -> Verdict:
    return case.verdict(
        Rule.EVENT_RENAMED,
        f'event "{name}" seems to be called "{today}" now, and streams hold "{name}"',
        old=_path(case, name),
        new=("events", today),
        witness=case.fold(lambda fold: fold.events[-1].type == name),
        yaml=_renamed_yaml(case, today, name),
    )


def _path(case: Case, name: str) -> Path:
    """Where an event of the old version is declared, or else emitted."""
    if spec_of(case.pair.old.definition, name):
        return ("events", name)
    leaf = next(leaf for leaf, event in case.pair.old_moves if event == name)
    return emitting_path(case.pair.old, leaf, name)


def _forgotten(case: Case, name: str, today: str) -> Iterator[Verdict]:
    """Former names that the old version declared and the new one does not."""
    old, new = spec_of(case.pair.old.definition, name), spec_of(case.pair.new.definition, today)
    kept = {today, *(new.renamed_from if new else ())}
    for former in old.renamed_from if old else ():
        if former not in kept:
            yield _forgotten_name(case, name, today, former)


def _forgotten_name(case: Case, name: str, today: str, former: str) -> Verdict:
    return case.verdict(
        Rule.RENAME_DROPPED,
        f'event "{today}" no longer says that it was called "{former}"',
        old=("events", name, "renamed_from"),
        new=("events", today),
        witness=case.fold(lambda fold: fold.events[-1].type == former),
        yaml=_renamed_yaml(case, today, former),
    )


def _renamed_yaml(case: Case, today: str, former: str) -> str:
    spec = spec_of(case.pair.new.definition, today)
    known = spec.renamed_from if spec else ()
    return event_yaml(case.pair.new.definition, today, {"renamed_from": [*known, former]})
