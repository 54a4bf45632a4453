"""Appends folded streams to the event store. Stored events are compared and never overwritten.

A stream that already contains the first part of its history is continued, so an interrupted import can be run
again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, repeat

from statewright.canonical import canonical_json
from statewright.errors import Conflict, ReplayError, StatewrightError
from statewright.evolution.history_import.streams import FoldedStream
from statewright.machine.compiled import Machine
from statewright.machine.messages import AggregateState
from statewright.runtime.replay import DefinitionBehind, fold, read_payload
from statewright.runtime.streams import pages_of
from statewright.stores.port import EventStore, Head
from statewright.stores.record import Commit, StoredEvent


class ImportStopped(StatewrightError):
    """The stored stream differs from the imported one, or has another writer. Nothing was overwritten."""

    def __init__(self, stream: str, version: int, reason: str) -> None:
        super().__init__(f"{stream} at version {version}: {reason}")


def append_stream(store: EventStore, folded: FoldedStream) -> int:
    """Append the missing events and return their number. Different streams may be appended in parallel.

    Raises ImportStopped, and StoreError from the store.
    """
    head = _verified_head(store, folded)
    missing = [commit for commit in folded.commits if commit.head > head.version]
    if missing and missing[0].version != head.version + 1:
        reason = (
            "the stored stream ends in the middle of a command's events; import into an empty table or file"
        )
        raise ImportStopped(folded.stream, head.version, reason)
    for commit in missing:
        try:
            head = store.append(head, commit)
        except Conflict as conflict:
            reason = "another writer appends to this stream; stop it and run the import again"
            raise ImportStopped(folded.stream, conflict.winner.version, reason) from conflict
    return sum(len(commit.events) for commit in missing)


def _verified_head(store: EventStore, folded: FoldedStream) -> Head:
    """The head of the stored stream. Raises ImportStopped if its events differ from those of `folded`."""
    imported = _facts(folded.machine, folded.commits)
    state = folded.machine.initial
    for page in pages_of(store, folded.stream):
        for commit in page.commits:
            state = _folded(folded.machine, state, commit)
        for stored, ours in zip(_facts(folded.machine, page.commits), imported, strict=False):
            _refuse_difference(folded.stream, stored, ours)
    return page.head


def _folded(machine: Machine, state: AggregateState, commit: Commit) -> AggregateState:
    """Fold a stored commit as the handler does. Nothing is appended after a commit that does not fold."""
    try:
        return fold(machine, state, commit)
    except (ReplayError, DefinitionBehind) as error:
        remedy = "import with the definition that stored them or a later one, or into an empty table or file"
        reason = f"this definition cannot fold the stored events ({error}); {remedy}"
        raise ImportStopped(commit.stream, commit.version, reason) from error


@dataclass(frozen=True, slots=True)
class _Fact:
    """The parts of an event to compare, which do not depend on commit boundaries."""

    version: int
    event: tuple[str, str, str]
    command_id: str


def _facts(machine: Machine, commits: Iterable[Commit]) -> Iterator[_Fact]:
    for commit in commits:
        command_ids = chain.from_iterable(repeat(one.id, one.events) for one in commit.commands)
        for version, event in enumerate(commit.events, commit.version):
            yield _Fact(version, (commit.time, *_under_current_names(machine, event)), next(command_ids, ""))


def _under_current_names(machine: Machine, event: StoredEvent) -> tuple[str, str]:
    """The type and the data of an event under current names."""
    spec = machine.event_spec(event.type)
    if spec is None or not spec.payload.needs_upgrade(spec.fields_renamed):
        return spec.name if spec else event.type, event.data
    return spec.name, canonical_json(spec.payload.upgrade(read_payload(event.data), spec.fields_renamed))


def _refuse_difference(stream: str, stored: _Fact, ours: _Fact) -> None:
    if stored.event != ours.event:
        reason = "the stored event differs from the exported one; import into an empty table or file"
        raise ImportStopped(stream, stored.version, reason)
    if stored.command_id != ours.command_id:
        reason = (
            f'the stored command id "{stored.command_id}" differs from the exported "{ours.command_id}"; '
            "export the stored ids, or import into an empty table or file"
        )
        raise ImportStopped(stream, stored.version, reason)
