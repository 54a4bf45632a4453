"""Verdicts on stored events: which ones the new version still knows, and their setters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from statewright.evolution.compat.change_kinds import ChangeKind
from statewright.evolution.compat.changes.move_changes import emitting_path, kept_rows
from statewright.evolution.compat.changes.setter_changes import setter_changes
from statewright.evolution.compat.comparison import Comparison
from statewright.evolution.compat.correspondence import events_of, spec_of
from statewright.evolution.compat.elements import Added, Kept, NamedEvent, Removed, elements
from statewright.evolution.compat.remedies import event_yaml, retired_yaml
from statewright.evolution.compat.verdicts import ChangeVerdict
from statewright.language.source.document import DocumentPath


def event_changes(comparison: Comparison) -> Iterator[ChangeVerdict]:
    """Verdicts on each event and its setters, then on new events."""
    pair = comparison.pair
    stored = {event for _, event in pair.old_moves}
    emitted = {event for _, event in pair.new_moves}
    before, after = events_of(pair.old, pair.old_moves), events_of(pair.new, pair.new_moves)
    _settle(comparison, stored, emitted)
    for event in elements(before, after, pair.events):
        match event:
            case Removed(was=name) if name in stored:
                rows = list(kept_rows(comparison, name))
                if rows:  # otherwise the verdicts on the removed states cover it
                    yield _removed(comparison, name, rows)
            case Kept(was=name) if name in stored:
                yield from _renamed(comparison, event)
                yield from setter_changes(comparison, event)
            case Added(name) if name in emitted:
                path = ("events", name)
                yield comparison.verdict(ChangeKind.EVENT_ADDED, f'event "{name}" is added', new=path)


def _settle(comparison: Comparison, stored: set[str], emitted: set[str]) -> None:
    """Settle events that need no verdict of their own.

    No stream contains an event without a move. Verdicts on removed states cover events that only moved from
    or to these states, and verdicts on branches cover events that only one version declares.
    """
    pair = comparison.pair
    known = {pair.events.get(name, name) for name in stored}
    for name in {*events_of(pair.old, pair.old_moves), *events_of(pair.new, pair.new_moves)}:
        comparison.settled.add(("events", name, "payload"))
        is_gone = name in stored and name not in pair.events and not list(kept_rows(comparison, name))
        if is_gone or name not in known | (emitted - {*pair.events.values()}):
            comparison.settle_within("events", name)


def _renamed(comparison: Comparison, event: NamedEvent) -> Iterator[ChangeVerdict]:
    """Verdicts on a new name, and on former names that the new version no longer declares."""
    name, now = event.was, event.name
    if name in comparison.pair.guessed_events:
        yield _guessed(comparison, event)
    elif now != name:
        message = f'event "{name}" is renamed to "{now}"'
        yield comparison.verdict(ChangeKind.RENAMED, message, ("events", name), ("events", now))
    kept = {now, *(event.new.renamed_from if event.new else ())}
    for former in event.old.renamed_from if event.old else ():
        if former not in kept:
            yield _forgotten(comparison, event, former)


def _removed(comparison: Comparison, name: str, rows: Sequence[Mapping[str, str]]) -> ChangeVerdict:
    return comparison.verdict(
        ChangeKind.EVENT_REMOVED,
        f'event "{name}" is removed, but stored streams may contain it',
        _path(comparison, name),
        at=("events", name),
        witness=comparison.event_fold(name),
        yaml=retired_yaml(comparison.pair, name, rows, **_declared(comparison, name)),
    )


def _declared(comparison: Comparison, name: str) -> dict[str, object]:
    """The old declaration without setters of removed data fields."""
    written = comparison.pair.old.definition.document.at(("events", name)) or {}
    kept = {key: value for key, value in written.items() if key not in ("retired", "set")}
    if "set" in written:
        data = comparison.pair.data
        kept["set"] = {data[field]: value for field, value in written["set"].items() if field in data}
    return kept


def _guessed(comparison: Comparison, event: NamedEvent) -> ChangeVerdict:
    name, now = event.was, event.name
    return comparison.verdict(
        ChangeKind.EVENT_RENAMED,
        f'event "{name}" appears to be renamed to "{now}", but stored streams contain "{name}"',
        _path(comparison, name),
        ("events", now),
        witness=comparison.event_fold(name),
        yaml=_renamed_yaml(comparison, event, name),
    )


def _path(comparison: Comparison, name: str) -> DocumentPath:
    """The place where the old version declares or else emits the event."""
    if spec_of(comparison.pair.old.definition, name):
        return ("events", name)
    leaf = next(leaf for leaf, event in comparison.pair.old_moves if event == name)
    return emitting_path(comparison.pair.old, leaf, name)


def _forgotten(comparison: Comparison, event: NamedEvent, former: str) -> ChangeVerdict:
    return comparison.verdict(
        ChangeKind.RENAME_DROPPED,
        f'event "{event.name}" no longer declares its former name "{former}"',
        ("events", event.was, "renamed_from"),
        ("events", event.name),
        element=("events", event.name, "renamed_from", former),
        witness=comparison.event_fold(former),
        yaml=_renamed_yaml(comparison, event, former),
    )


def _renamed_yaml(comparison: Comparison, event: NamedEvent, former: str) -> str:
    known = event.new.renamed_from if event.new else ()
    return event_yaml(comparison.pair.new.definition, event.name, {"renamed_from": [*known, former]})
