"""What a new version does to the events that streams hold: which it knows, and what they set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from statewright.evolution.compat.case import Case
from statewright.evolution.compat.correspondence import spec_of
from statewright.evolution.compat.moves import emitting_path, kept_rows
from statewright.evolution.compat.remedies import event_yaml, retired_yaml
from statewright.evolution.compat.rules import Rule
from statewright.evolution.compat.setting import setter_verdicts
from statewright.evolution.compat.verdicts import Verdict
from statewright.language.source.document import Path


def event_verdicts(case: Case) -> Iterator[Verdict]:
    """The events of the old version by name, then what they set, then new ones."""
    pair = case.pair
    for name in dict.fromkeys(event for _, event in pair.old_moves):
        yield from _event(case, name)
    for today in dict.fromkeys(event for _, event in pair.new_moves):
        if today not in pair.events.values():
            path = ("events", today)
            yield case.verdict(Rule.EVENT_ADDED, f'event "{today}" is added', new=path)


def _event(case: Case, name: str) -> Iterator[Verdict]:
    pair = case.pair
    today = pair.events.get(name)
    if today is None:
        rows = list(kept_rows(case, name))
        if rows:  # else it only led from or to states that are gone, of which the same is said
            yield _removed(case, name, rows)
        return
    if name in pair.guessed_events:
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
