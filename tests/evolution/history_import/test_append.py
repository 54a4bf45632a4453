"""Histories are appended once, continued, and never overwritten."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from statewright.evolution.history_import import FoldedStream, ImportStopped, append_stream
from statewright.stores.memory import MemoryStore
from statewright.stores.port import Head, Slice
from statewright.stores.record import Commit
from tests.evolution.history_import.export import ORDER, deposits, line, order, read_one
from tests.given import machine_of

ACCOUNT = "account/a-1"
WALKER = """
    machine: walker
    version: 1
    initial: a
    data: {steps: {type: integer, default: 0}}
    commands: {Go: {payload: {n: integer}}}
    events: {Went: {payload: {n: integer}, set: {steps: event.n}}}
    states:
      a: {accepts: {Go: {emit: Went, target: b}}}
      b: {accepts: {Go: {emit: Went, target: a}}}
      c: {accepts: {Go: {emit: Went, target: a}}}
"""
RENAMED = """
    machine: walker
    version: 2
    initial: a
    data: {steps: {type: integer, default: 0}}
    commands: {Go: {payload: {count: integer}}}
    events:
      Moved:
        renamed_from: [Went]
        payload: {count: {type: integer, renamed_from: [n]}}
        set: {steps: event.count}
    states:
      a: {accepts: {Go: {emit: Moved, target: second}}}
      second: {renamed_from: [b], accepts: {Go: {emit: Moved, target: a}}}
"""


class InPages(MemoryStore):
    """A store that reads in short pages."""

    def read(self, stream: str, *, limit: int | None = None, **options: Any) -> Slice:
        return super().read(stream, limit=min(limit or 7, 7), **options)


def stored(history: FoldedStream) -> MemoryStore:
    """A store with this history."""
    store = InPages()
    append_stream(store, history)
    return store


def test_a_history_is_stored_as_it_was_computed() -> None:
    """Every computed commit is stored, including its snapshot."""
    history = read_one(*deposits(ACCOUNT, 120))
    assert MemoryStore.read(stored(history), ACCOUNT).commits == history.commits


def test_a_second_import_writes_nothing() -> None:
    """A second import finds all commits and writes nothing."""
    history = read_one(*order())
    store = stored(history)
    assert append_stream(store, history) == 0


@pytest.mark.parametrize("written", range(1, 30, 4))
def test_a_partly_stored_history_is_continued(written: int) -> None:
    """Continuing an import after any number of commits gives the same result as one import."""
    whole = read_one(*deposits(ACCOUNT, 30))
    store = stored(read_one(*deposits(ACCOUNT, written)))
    assert append_stream(store, whole) == 30 - written
    assert MemoryStore.read(store, ACCOUNT).commits == whole.commits


def test_a_longer_stored_stream_is_unchanged() -> None:
    """An older export of the same history adds nothing."""
    store = stored(read_one(*deposits(ACCOUNT, 30)))
    assert append_stream(store, read_one(*deposits(ACCOUNT, 12))) == 0


@pytest.mark.parametrize(
    "other",
    [
        line(ORDER, 2, "PaymentReceived", {"amount": 401}),
        line(ORDER, 2, "OrderPaid", {"amount": 400}),
        line(ORDER, 2, "PaymentReceived", {"amount": 400}, time="2024-05-01T09:02:00.000001Z"),
    ],
)
def test_a_stream_with_a_different_event_is_refused_and_kept(other: str) -> None:
    """The message names the stream and the version."""
    before = read_one(order()[0], other)
    store = stored(before)
    with pytest.raises(
        ImportStopped, match=f"^{ORDER} at version 2: the stored event differs from the exported one"
    ):
        append_stream(store, read_one(*order()))
    assert MemoryStore.read(store, ORDER).commits == before.commits


def test_a_stream_with_different_command_ids_is_refused() -> None:
    """Ids cannot be added later, and without them a redelivery would take effect twice."""
    store = stored(read_one(*order()))
    with pytest.raises(
        ImportStopped, match=r'the stored command id "imported:1" differs from the exported "c-1"'
    ):
        append_stream(store, read_one(*order(command_id="c-1")))


def walked(definition: str, events: int) -> FoldedStream:
    """A walk of this many events under their first names, folded by this definition."""
    texts = (line("walker/w-1", version, "Went", {"n": version}) for version in range(1, events + 1))
    return read_one(*texts, machines={"walker": machine_of(definition)})


def test_a_stream_with_old_names_is_continued() -> None:
    """The old names mean the current event and field."""
    store = stored(walked(WALKER, 1))
    assert append_stream(store, walked(RENAMED, 2)) == 1


def test_nothing_is_appended_after_an_event_that_now_diverges() -> None:
    """The handler does not fold such a stream."""
    store = stored(walked(WALKER, 1))
    turned = WALKER.replace("version: 1", "version: 2").replace("target: b", "target: c")
    with pytest.raises(
        ImportStopped, match=r'^walker/w-1 at version 1: this definition .* stored state "b", but '
    ):
        append_stream(store, walked(turned, 2))
    assert len(MemoryStore.read(store, "walker/w-1").commits) == 1


def test_nothing_is_appended_after_a_newer_definition() -> None:
    """The handler waits until the newer one is live."""
    store = stored(walked(WALKER.replace("version: 1", "version: 2"), 1))
    with pytest.raises(
        ImportStopped, match=r"was stored by definition version 2, which is newer than version 1\);"
    ):
        append_stream(store, walked(WALKER, 2))


def test_commit_boundaries_may_differ() -> None:
    """The handler may have stored several commands in one commit."""
    at_once = {"time": "2024-05-01T09:01:00Z"}
    history = read_one(order()[0], line(ORDER, 2, "PaymentReceived", {"amount": 400}, **at_once), order()[2])
    first, second, third = history.commits
    joined = replace(first, commands=first.commands + second.commands, events=first.events + second.events)
    store = MemoryStore()
    store.append(store.read(ORDER).head, joined)
    assert append_stream(store, history) == len(third.events)


def test_a_stream_that_ends_within_a_command_is_refused() -> None:
    """The remaining events of a command cannot be appended under its id."""
    cause = {"command_id": "c-2", "time": "2024-05-01T10:00:00Z"}
    first, *others = (
        deposits(ACCOUNT, 1),
        *(line(ACCOUNT, version, "MoneyDeposited", {"amount": 1}, **cause) for version in (2, 3)),
    )
    store = stored(read_one(*first, others[0]))
    with pytest.raises(
        ImportStopped, match="version 2: the stored stream ends in the middle of a command's events"
    ):
        append_stream(store, read_one(*first, *others))


def test_another_writer_stops_the_import() -> None:
    """A concurrent commit stops the import and is kept."""
    history = read_one(*order())

    class Overtaken(MemoryStore):
        def append(self, head: Head, commit: Commit) -> Head:
            if commit.version == 2:
                super().append(head, replace(commit, time="2025-01-01T00:00:00.000000Z"))
            return super().append(head, commit)

    with pytest.raises(ImportStopped, match=f"^{ORDER} at version 2: another writer appends to this stream"):
        append_stream(Overtaken(), history)
