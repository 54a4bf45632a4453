"""A bounded sample of stored streams as starting points for searches: the newest ones, spread over states.

Only reads, and skips streams that do not fold.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice

from statewright.analysis.search import Reached
from statewright.cli.shared.event_store import opened_store
from statewright.cli.shared.output import print_message
from statewright.errors import CorruptStream, ReplayError
from statewright.machine.compiled import Machine
from statewright.machine.evolve import replay
from statewright.machine.messages import REFUSED, Event
from statewright.runtime.replay import DefinitionBehind, read_payload, refuse_newer
from statewright.runtime.streams import commits_of
from statewright.stores.location import StoreLocation
from statewright.stores.port import EventStore
from statewright.stores.record import Commit
from statewright.wording import plural

LISTED_MAX = 10_000  # streams of one machine to list; the newest of these are read
READ_MAX = 200
SAMPLED_MAX = 40
SAMPLED_PER_STATE_MAX = 5
EVENTS_MAX = 200  # longer streams are skipped


@dataclass(frozen=True, slots=True)
class StoredHistory:
    """A sampled stream.

    `reached`: the state before each change of leaf, and the last state.
    """

    reached: tuple[Reached, ...]

    @property
    def last(self) -> Reached:
        return self.reached[-1]


def stored_histories(events: StoreLocation | None, machine: Machine) -> list[StoredHistory]:
    """Sample the machine's streams, if there is a store. Prints how many were sampled and skipped."""
    if events is None:
        return []
    with opened_store(events) as store:
        return _sampled(store, machine)


def stored_starts(events: StoreLocation | None, machine: Machine) -> list[Reached]:
    """The states of the sample, each with the events before it."""
    return [reached for history in stored_histories(events, machine) for reached in history.reached]


def _sampled(store: EventStore, machine: Machine) -> list[StoredHistory]:
    listed = islice(store.streams(prefix=f"{machine.name}/"), LISTED_MAX)
    short = [summary for summary in listed if summary.version <= EVENTS_MAX]
    newest = sorted(short, key=lambda summary: (summary.last_time, summary.stream), reverse=True)
    sampled: list[StoredHistory] = []
    leaves: Counter[str] = Counter()
    unread = 0
    for summary in newest[:READ_MAX]:
        try:
            history = _history(store, machine, summary.stream)
        except (ReplayError, CorruptStream, DefinitionBehind):
            unread += 1
            continue
        leaf = history.last.state.leaf
        if leaves[leaf] < SAMPLED_PER_STATE_MAX and len(sampled) < SAMPLED_MAX:
            leaves[leaf] += 1
            sampled.append(history)
    skipped = (
        f"; skipped {plural(unread, 'stream')} that did not fold, see `statewright verify`" if unread else ""
    )
    print_message(f"{machine.name}: also searching from {plural(len(sampled), 'stored stream')}{skipped}")
    return sampled


def _history(store: EventStore, machine: Machine, stream: str) -> StoredHistory:
    at, found = Reached(machine.initial), []
    for commit in commits_of(store, stream):
        refuse_newer(machine, commit)
        for event in _events(commit):
            stored_by = commit.definition.version
            state = replay(machine, at.state, [event], stream=stream, stored_by=stored_by)
            if state.leaf != at.state.leaf:
                found.append(at)
            at = Reached(state, (*at.history, event))
    return StoredHistory((*(one for one in found if one.history), at))


def _events(commit: Commit) -> list[Event]:
    """The events of a commit without recorded refusals, which do not change the state."""
    stored = [event for event in commit.events if event.type != REFUSED]
    try:
        payloads = [read_payload(event.data) for event in stored]
    except ValueError as error:
        raise CorruptStream(commit.stream, commit.version, "unreadable payload") from error
    return [
        Event(event.type, payload, event.leaf, event.entered, event.event_version)
        for event, payload in zip(stored, payloads, strict=True)
    ]
