"""Commits for tests of stores: built on a head, distinct by their command ids."""

from __future__ import annotations

from collections.abc import Iterable

from statewright.stores.port import EventStore, Head
from statewright.stores.record import Commit, DefinitionStamp, Snapshot, StoredCommand, StoredEvent

STREAM = "order/o-17"
OTHER_STREAM = "order/o-170"
TIME = "2026-03-01T12:00:00.000000Z"
LATER = "2026-03-01T12:00:00.000001Z"


def commit_at(
    head: Head,
    *command_ids: str,
    events: int = 1,
    data: str = "{}",
    time: str = TIME,
    snapshot: Snapshot | None = None,
) -> Commit:
    """Return a commit after `head`; the first command has all `events`, each with the payload `data`."""
    return Commit(
        stream=head.stream,
        version=head.version + 1,
        time=time,
        definition=DefinitionStamp(1, "d" * 64),
        commands=tuple(
            StoredCommand(command_id, "c" * 64, "accepted", 0 if index else events)
            for index, command_id in enumerate(command_ids)
        ),
        events=(StoredEvent("PaymentReceived", data, "awaiting_payment"),) * events,
        snapshot=snapshot,
    )


def fill(
    store: EventStore, command_ids: Iterable[str], *, stream: str = STREAM, events: int = 1, data: str = "{}"
) -> Head:
    """Append one commit for each id at the end of `stream`."""
    head = store.read(stream, backwards=True, limit=1).head
    for command_id in command_ids:
        head = store.append(head, commit_at(head, command_id, events=events, data=data))
    return head


def versions(commits: Iterable[Commit]) -> list[int]:
    """Return the first version of each commit."""
    return [commit.version for commit in commits]
