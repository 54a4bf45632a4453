"""An independent check: the recorder tests of the `eventsourcing` package, run on our adapters.

Their recorder appends single events by number, and our stores append commits after a head; the shim only
translates between the two.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

from eventsourcing import persistence
from eventsourcing.tests.persistence import AggregateRecorderTestCase

from statewright.errors import Conflict
from statewright.stores.keys import stream_key
from statewright.stores.memory import MemoryStore
from statewright.stores.port import EventStore
from statewright.stores.record import Commit, DefinitionStamp, StoredCommand, StoredEvent
from statewright.stores.sqlite import SqliteStore
from tests.contracts.commits import TIME


class Recorder(persistence.AggregateRecorder):
    """An `EventStore` with the interface of the package's recorder."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._offsets: dict[str, int] = {}  # the kit numbers some streams from 0; ours begin at 1

    def insert_events(self, stored_events: Sequence[persistence.StoredEvent], **kwargs: Any) -> None:
        if not stored_events:
            return
        first = stored_events[0]
        stream = stream_key("kit", str(first.originator_id))
        offset = self._offsets.setdefault(stream, 1 - first.originator_version)
        begin = first.originator_version + offset
        if [event.originator_version + offset - begin for event in stored_events] != [
            *range(len(stored_events))
        ]:
            raise persistence.IntegrityError("the versions do not follow one another")
        head = self._store.read(stream, upto=begin - 1).head
        try:
            self._store.append(head, _commit(stream, head.version + 1, stored_events))
        except Conflict as error:
            raise persistence.IntegrityError(str(error)) from error

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[persistence.StoredEvent]:
        stream = stream_key("kit", str(originator_id))
        offset = self._offsets.get(stream, 0)
        upto = None if lte is None else lte + offset
        commits = self._store.read(stream, upto=upto, limit=limit, backwards=desc).commits
        events = [event for commit in commits for event in _events(originator_id, commit, offset, desc=desc)]
        wanted = [
            event
            for event in events
            if (gt is None or event.originator_version > gt)
            and (lte is None or event.originator_version <= lte)
        ]
        return wanted[:limit]


class TestMemoryRecorder(AggregateRecorderTestCase):
    """The package's tests on the memory store."""

    def create_recorder(self) -> Recorder:
        return Recorder(MemoryStore())


class TestSqliteRecorder(AggregateRecorderTestCase):
    """The package's tests on the SQLite store."""

    def create_recorder(self) -> Recorder:
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        store = SqliteStore(Path(folder.name) / "s.db")
        self.addCleanup(store.close)
        return Recorder(store)


def _commit(stream: str, version: int, events: Sequence[persistence.StoredEvent]) -> Commit:
    command = StoredCommand(str(uuid4()), "c" * 64, "accepted", len(events))
    stored = tuple(StoredEvent(event.topic, _text(event.state), "kit") for event in events)
    return Commit(stream, version, TIME, DefinitionStamp(1, "d" * 64), (command,), stored)


def _events(
    originator_id: UUID | str, commit: Commit, offset: int, *, desc: bool
) -> list[persistence.StoredEvent]:
    events = [
        persistence.StoredEvent(originator_id, version - offset, event.type, _bytes(event.data))
        for version, event in enumerate(commit.events, commit.version)
    ]
    return events[::-1] if desc else events


def _text(state: bytes) -> str:
    return json.dumps(base64.b64encode(state).decode())


def _bytes(data: str) -> bytes:
    return base64.b64decode(json.loads(data))
