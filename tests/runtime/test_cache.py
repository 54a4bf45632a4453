"""The cache in isolation: it returns each entry once, evicts the oldest entries, and is thread-safe."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from statewright.machine.messages import AggregateState
from statewright.runtime.aggregate import Aggregate
from statewright.runtime.state_cache import StateCache
from statewright.stores.port import Head
from statewright.stores.record import RecentCommand
from tests.runtime.harness import MACHINE, NOW


def aggregate(stream: str, *, version: int = 1, total: object = 0, commands: int = 0) -> Aggregate:
    known = {f"c{index}": RecentCommand(f"c{index}", "d" * 64, "accepted") for index in range(commands)}
    state = AggregateState("open", {"total": total}, version)
    return Aggregate(MACHINE, state, Head(stream, version, NOW), known, 0, 0, 0)


def kept(cache: StateCache, streams: Iterable[str]) -> list[str]:
    """Return the streams that the cache holds, and remove their entries."""
    return [stream for stream in streams if cache.take(stream)]


def test_a_kept_aggregate_is_returned_once() -> None:
    """Two batches never hold the same entry."""
    cache, one = StateCache(), aggregate("a")
    cache.keep(one)
    assert (cache.take("a"), cache.take("a")) == (one, None)


def test_a_kept_aggregate_replaces_the_older_one() -> None:
    """The cache has one entry per stream, which is the one that was kept last."""
    cache = StateCache(entries_max=2)
    for version in (1, 2, 3):
        cache.keep(aggregate("a", version=version))
    cache.keep(aggregate("b"))
    taken = cache.take("a")
    assert taken is not None
    assert (taken.head.version, kept(cache, "b")) == (3, ["b"])


def test_the_oldest_aggregate_is_evicted_first() -> None:
    """Taking an entry and keeping it again makes it the newest."""
    cache = StateCache(entries_max=2)
    cache.keep(aggregate("a"))
    cache.keep(aggregate("b"))
    again = cache.take("a")
    assert again is not None
    cache.keep(again)
    cache.keep(aggregate("c"))
    assert kept(cache, "abc") == ["a", "c"]


def test_large_data_count_towards_the_limit() -> None:
    """The limit in bytes applies whatever the number of entries."""
    cache = StateCache(bytes_max=600_000)
    for stream in "abc":
        cache.keep(aggregate(stream, total="x" * 10_000))
    assert kept(cache, "abc") == ["b", "c"]


def test_known_commands_count_towards_the_limit() -> None:
    """Remembered commands count towards the size of an aggregate."""
    cache = StateCache(bytes_max=200_000)
    for stream in "abc":
        cache.keep(aggregate(stream, commands=256))
    assert kept(cache, "abc") == ["b", "c"]


def test_an_aggregate_above_the_limit_evicts_no_others() -> None:
    """An aggregate that is too large is not kept, and no entry is evicted for it."""
    cache = StateCache(bytes_max=200_000)
    cache.keep(aggregate("a"))
    cache.keep(aggregate("b", total="x" * 30_000))
    assert kept(cache, "ab") == ["a"]


def test_taking_an_entry_frees_its_room() -> None:
    """Taking an entry frees its bytes, so a cache in use does not fill up."""
    cache = StateCache(bytes_max=200_000)
    for _ in range(10):
        cache.keep(aggregate("a", commands=500))
        assert kept(cache, "a") == ["a"]


def test_threads_take_an_entry_once() -> None:
    """Only one of several threads that ask at the same time gets the entry."""
    cache = StateCache()
    with ThreadPoolExecutor(8) as threads:
        for _ in range(50):
            cache.keep(aggregate("a"))
            assert sum(one is not None for one in threads.map(cache.take, "a" * 8)) == 1


def test_threads_cannot_exceed_the_limits() -> None:
    """After concurrent use the cache is still within its limit, and it can still be filled to that limit."""
    cache = StateCache(entries_max=5)
    streams = [str(number) for number in range(20)]

    def use(number: int) -> None:
        cache.keep(aggregate(str(number % 20)))
        cache.take(str(number % 7))
        cache.keep(aggregate(str(number % 11)))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(use, range(400)))
    assert len(kept(cache, streams)) <= 5
    for stream in streams:
        cache.keep(aggregate(stream))
    assert kept(cache, streams) == streams[-5:]
