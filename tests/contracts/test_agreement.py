"""SQLite and DynamoDB give the same results as the memory store for the same random history."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statewright.errors import StoreError
from statewright.stores.dynamodb import DynamoStore
from statewright.stores.memory import MemoryStore
from statewright.stores.port import EventStore, Head
from statewright.stores.sqlite import SqliteStore
from tests.contracts.commits import LATER, OTHER_STREAM, STREAM, TIME, commit_at
from tests.emulators.clients import client_of, new_table

pytestmark = pytest.mark.slow

Step = Callable[["History"], object]


@dataclass
class History:
    """One store with every head that it has returned."""

    store: EventStore
    heads: list[Head] = field(default_factory=list)

    def keep(self, head: Head) -> Head:
        self.heads.append(head)
        return head


@st.composite
def appends(draw: st.DrawFn, *, once_each: bool = False) -> Step:
    """Append after any head seen so far, fresh or stale, with ids that are often repeated.

    With `once_each`, an id is used after one head only, so that no append is rejected as a duplicate.
    """
    pick = draw(st.integers(0, 20))
    command_ids = draw(st.lists(st.sampled_from("abcdefgh"), max_size=3))
    events = draw(st.integers(0, 3))
    time = draw(st.sampled_from([TIME, LATER]))

    def step(history: History) -> object:
        head = history.heads[-1 - pick % len(history.heads)]
        own_ids = [f"{name}{head.version}" for name in command_ids] if once_each else command_ids
        commit = commit_at(head, *own_ids, events=events, time=time)
        return history.keep(history.store.append(head, commit))

    return step


@st.composite
def reads(draw: st.DrawFn) -> Step:
    """Read any part of a stream in any direction, after any head seen so far or from its start."""
    stream = draw(st.sampled_from([STREAM, OTHER_STREAM]))
    pick = draw(st.none() | st.integers(0, 20))
    options: dict[str, Any] = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "upto": st.integers(-1, 12) | st.just(2**70),
                "limit": st.integers(0, 4) | st.just(2**70),
                "backwards": st.booleans(),
            },
        )
    )

    def step(history: History) -> object:
        after = None if pick is None else history.heads[-1 - pick % len(history.heads)]
        slice_ = history.store.read(stream, after=after, **options)
        history.keep(slice_.head)
        return slice_

    return step


@st.composite
def look_ups(draw: st.DrawFn) -> Step:
    """Find commands, or list the streams."""
    stream = draw(st.sampled_from([STREAM, OTHER_STREAM]))
    command_ids = draw(st.lists(st.sampled_from([*"abcdefghi", "a0", "b0", "c1", "d2"])))
    prefix = draw(st.sampled_from(["", "order/", STREAM, "x"]))
    return lambda history: (history.store.find(stream, command_ids), [*history.store.streams(prefix=prefix)])


@settings(max_examples=60)
@given(st.lists(appends() | reads() | look_ups(), min_size=5, max_size=30))
def test_sqlite_agrees_with_memory(steps: list[Step]) -> None:
    """Every result is equal; errors have the same class, text and commit."""
    with TemporaryDirectory() as folder, closing(SqliteStore(Path(folder) / "s.db")) as store:
        _compare(MemoryStore(), store, steps)


@settings(max_examples=25)
@given(steps=st.lists(appends(once_each=True) | reads() | look_ups(), min_size=5, max_size=20))
def test_dynamodb_agrees_with_memory(dynamodb_local: str, steps: list[Step]) -> None:
    """Results are equal as long as no command is repeated, which only an endless window rejects."""
    client = client_of("dynamodb", dynamodb_local)
    _compare(MemoryStore(), DynamoStore(client, table=new_table(client)), steps)


def _compare(one: EventStore, other: EventStore, steps: list[Step]) -> None:
    histories = [History(one), History(other)]
    for stream in (STREAM, OTHER_STREAM):
        for history in histories:
            history.keep(history.store.read(stream).head)
    for step in steps:
        answers = [_answer(step, history) for history in histories]
        assert answers[0] == answers[1]


def _answer(step: Step, history: History) -> object:
    try:
        return step(history)
    except (StoreError, ValueError) as error:
        return type(error), str(error), {**vars(error)}
