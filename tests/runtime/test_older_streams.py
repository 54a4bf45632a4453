"""Streams with older events: every store returns the same events, and snapshots agree with the upcast."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from statewright.runtime.policy import Policy
from statewright.stores.dynamodb import DynamoStore
from statewright.stores.memory import MemoryStore
from statewright.stores.port import EventStore
from statewright.stores.sqlite import SqliteStore
from tests.emulators.clients import client_of, new_table
from tests.runtime.harness import (
    MACHINE,
    TILL,
    FakeSource,
    adds,
    command_of,
    commits,
    deliver,
    machine_of,
    ports_of,
)

DECLARED = "Added: {payload: {amount: integer},"
NEWER = machine_of(
    TILL.replace("version: 2", "version: 3", 1).replace(
        DECLARED, f"Added: {{version: 2, upcast: {{1: {{amount: event.amount * 100}}}}, {DECLARED[8:]}"
    )
)
EDITED = machine_of(
    TILL.replace("version: 2", "version: 4", 1).replace(
        DECLARED, f"Added: {{version: 2, upcast: {{1: {{amount: event.amount * 10}}}}, {DECLARED[8:]}"
    )
)
EACH_TIME = Policy(snapshot_every=1)


@pytest.fixture(params=["memory", "sqlite", "dynamodb"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EventStore]:
    """Yield every store in turn, empty."""
    match request.param:
        case "memory":
            yield MemoryStore()
        case "sqlite":
            with closing(SqliteStore(tmp_path / "events.db")) as opened:
                yield opened
        case _:
            client = client_of("dynamodb", request.getfixturevalue("dynamodb_local"))
            yield DynamoStore(client, table=new_table(client))


def totals(store: EventStore, policy: Policy) -> list[str]:
    """Return the snapshot data of a stream that two definitions write, one after the other."""
    deliver(ports_of(store=store), *adds(2), policy=policy)
    deliver(
        ports_of(store=store, source=FakeSource(NEWER)), command_of("late", "Add", amount=7), policy=policy
    )
    return [commit.snapshot.data for commit in commits(ports_of(store=store)) if commit.snapshot]


def test_every_store_gives_older_events_back_in_their_version(store: EventStore) -> None:
    """Two events of version 1 count a hundredfold after the upcast; the one of version 2 counts once."""
    assert totals(store, EACH_TIME) == ['{"total":2}', '{"total":207}']
    stored = [event for commit in commits(ports_of(store=store)) for event in commit.events]
    assert [(event.data, event.event_version) for event in stored] == [
        ('{"amount":1}', 1),
        ('{"amount":1}', 1),
        ('{"amount":7}', 2),
    ]


def test_a_snapshot_from_before_an_upcast_was_edited_is_a_miss() -> None:
    """The events are folded again with the current upcast."""
    store = MemoryStore()
    totals(store, EACH_TIME)
    ports = ports_of(store=store, source=FakeSource(EDITED))
    deliver(ports, command_of("later", "Add", amount=1), policy=EACH_TIME)
    last = commits(ports)[-1].snapshot
    assert (last and last.data, EDITED.behaviour != NEWER.behaviour) == ('{"total":28}', True)


def test_an_event_of_a_later_version_quarantines_its_stream_alone() -> None:
    """A definition that was published back to an older event version does not guess."""
    store = MemoryStore()
    totals(store, EACH_TIME)
    back = machine_of(TILL.replace("version: 2", "version: 9", 1))
    assert back.behaviour == MACHINE.behaviour
    ports = ports_of(store=store, source=FakeSource(back))
    played = deliver(ports, command_of("x", "Add", amount=1), command_of("y", "Add", aggregate="b", amount=1))
    assert played.codes == ["QUARANTINED", "ACCEPTED"]
    assert 'knows event "Added" up to version 1, but this one has version 2' in played.results[0].reason
