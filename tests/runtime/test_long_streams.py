"""A long stream without a usable snapshot is folded page by page, and continued after a timeout."""

from __future__ import annotations

import math
import tracemalloc
from collections.abc import Iterator
from itertools import chain, repeat

import pytest

from statewright.runtime.driver import Ports, run_effects
from statewright.runtime.effects import Read, ReadAfter
from statewright.runtime.loading import BACK_COMMITS_MAX, PAGE_COMMITS_MIN, load
from statewright.runtime.message import Message
from statewright.runtime.policy import Policy
from statewright.runtime.snapshots import COMMANDS_MAX
from statewright.runtime.state_cache import StateCache
from statewright.runtime.units import Delivery, Run
from statewright.stores.memory import MemoryStore
from statewright.stores.port import Head, Slice
from statewright.stores.record import ACCEPTED, Commit, DefinitionStamp, Snapshot, StoredCommand, StoredEvent
from statewright.stores.rules import head_after
from tests.given import machine_of
from tests.runtime.harness import (
    MACHINE,
    NOW,
    STREAM,
    TILL,
    FakeSource,
    command_of,
    counts,
    deliver,
    ports_of,
)

NEWER = machine_of(TILL.replace("version: 2", "version: 3").replace("<= 2000", "<= 3000"))
RUN = Run("till", STREAM, (Delivery(Message("m-0", "{}"), command_of("c-3", "Look")),))


def commit(version: int) -> Commit:
    """One event; every hundredth commit has a snapshot of another behaviour."""
    snapshot = Snapshot("0" * 64, version, "open", "{}") if version % 100 == 0 else None
    command = StoredCommand(f"c-{version}", "0" * 64, ACCEPTED, 1)
    event = StoredEvent("Added", '{"amount":1}', "open")
    return Commit(STREAM, version, NOW, DefinitionStamp(1, "0" * 64), (command,), (event,), snapshot)


class LongStore(MemoryStore):
    """A stream of `length` commits that are generated when they are read."""

    dedupe_window = COMMANDS_MAX

    def __init__(self, length: int) -> None:
        super().__init__()
        self.length = length

    def read(
        self,
        stream: str,
        *,
        after: Head | None = None,
        upto: int | None = None,
        limit: int | None = None,
        backwards: bool = False,
    ) -> Slice:
        assert limit is not None
        first, last = (after.version if after else 0) + 1, min(upto or self.length, self.length)
        if backwards:
            numbers = range(last, max(last - limit, first - 1), -1)
        else:
            numbers = range(first, min(first + limit - 1, last) + 1)
        found = tuple(map(commit, numbers))
        newest = found[0] if backwards else found[-1]
        return Slice(found, head_after(newest), more=len(found) < last - first + 1)


def ports(length: int, *, turns: int = 0, cache: StateCache | None = None) -> Ports:
    """`turns` is how many requests there is time for; 0 means no limit."""
    seconds: Iterator[float] = chain(repeat(math.inf, turns), repeat(0.0)) if turns else repeat(math.inf)
    return ports_of(store=LongStore(length), time_left=lambda: next(seconds), cache=cache)


def peak_bytes(length: int) -> int:
    """Return the peak memory of a load."""
    effects, target = load(MACHINE, RUN, Policy()), ports(length)
    tracemalloc.start()
    assert run_effects(effects, target).state.data["total"] == length
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


@pytest.mark.slow
def test_memory_does_not_grow_with_the_stream() -> None:
    """Ten times the events take about the same memory."""
    assert peak_bytes(20 * BACK_COMMITS_MAX) < 1.5 * peak_bytes(2 * BACK_COMMITS_MAX)


def test_a_full_load_knows_the_latest_commands_and_the_ids_of_its_batch() -> None:
    """Ids of the batch are found however old their commits are."""
    length = 2 * BACK_COMMITS_MAX + 50
    aggregate = run_effects(load(MACHINE, RUN, Policy()), ports(length))
    latest = [f"c-{number}" for number in range(length - 50 - COMMANDS_MAX, length + 1)]
    assert list(aggregate.known) == ["c-3", *latest]
    assert (aggregate.head.version, aggregate.events_since_snapshot) == (length, length)


@pytest.mark.parametrize("turns", [15, 25, 29])
def test_progress_is_kept_when_time_runs_out(turns: int) -> None:
    """The message is redelivered, and the next attempt in this process continues from there."""
    length, cache = 2 * BACK_COMMITS_MAX, StateCache()
    one, other = ports(length, turns=turns, cache=cache), ports(length, cache=cache)
    assert deliver(one, command_of("new", "Look")).codes == ["OUT_OF_TIME"]
    again = deliver(other, command_of("new", "Look"))
    assert (again.codes, again.asked(Read)) == (["ACCEPTED"], [])
    folded = [counts(batch)["replayed_events"] for batch in (one, other)]
    assert (sum(folded), min(folded) > 0) == (length, True)


def test_an_unfinished_state_is_of_no_use_to_another_definition() -> None:
    """A load by another definition starts at the beginning of the stream."""
    length, cache = 2 * BACK_COMMITS_MAX, StateCache()
    deliver(ports(length, turns=20, cache=cache), command_of("new", "Look"))
    newer = ports_of(store=LongStore(length), source=FakeSource(NEWER), cache=cache)
    deliver(newer, command_of("new", "Look"))
    assert counts(newer)["replayed_events"] == length


def test_pages_follow_each_other_without_gaps() -> None:
    """They cover the stream from beginning to end, each read once."""
    target = ports(BACK_COMMITS_MAX + 1)
    played = deliver(target, command_of("new", "Look"))
    heads = [request.head.version for request in played.asked(ReadAfter)]
    assert heads == [*range(0, BACK_COMMITS_MAX + 1, PAGE_COMMITS_MIN)]
