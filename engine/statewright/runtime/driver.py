"""Executes the effects of a generator with the real ports and sends the answers back.

Contains no decisions. Only StatewrightErrors are thrown into the generator; any other exception is a bug and
ends it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import SystemRandom
from threading import Lock
from typing import Any

from statewright.errors import SourceUnavailable, StatewrightError
from statewright.machine.compiled import Machine
from statewright.registry.port import LOOK_SECONDS_MAX, DefinitionSource
from statewright.runtime.effects import (
    Append,
    Count,
    DeadLetter,
    Delay,
    Effect,
    Effects,
    FindCommands,
    FindMachine,
    KeepCached,
    Now,
    Pause,
    Read,
    ReadAfter,
    Returned,
    StoreEffect,
    TakeCached,
    TimeLeft,
)
from statewright.runtime.queue import Queue
from statewright.runtime.retry import RESERVE_SECONDS
from statewright.runtime.state_cache import StateCache
from statewright.stores.port import EventStore

# Not seeded: with SnapStart, processes restored from one memory image would share the state of a seeded
# generator and retry at the same moments.
_JITTER = SystemRandom()


class BatchDefinitions:
    """The machines of one batch. The source is refreshed at most once per batch.

    `time_left`: seconds. If a refresh could take longer, the known definitions are used.
    """

    def __init__(self, source: DefinitionSource, time_left: Callable[[], float]) -> None:
        self._source = source
        self._time_left = time_left
        self._refreshed = False
        self._lock = Lock()

    def look(self) -> None:
        """Refresh the definitions if that is due; called before anything is decided."""
        if self._has_time():
            self._refreshed = self._source.look_if_due()

    def find(self, name: str, *, refresh: bool) -> Machine | None:
        """The machine, or None. Raises SourceUnavailable if a refresh cannot confirm the answer."""
        if not refresh:
            return self._source.machine(name, look=False)
        with self._lock:
            if not self._refreshed and self._has_time():
                self._source.refresh()
                self._refreshed = True
        machine = self._source.machine(name, look=False)
        if not (self._refreshed and self._source.is_current(name)):
            raise SourceUnavailable(f'machine: the definition of "{name}" is temporarily unavailable')
        return machine

    def _has_time(self) -> bool:
        return self._time_left() >= LOOK_SECONDS_MAX + RESERVE_SECONDS


@dataclass(frozen=True, slots=True)
class Ports:
    """The real ports of one batch.

    `cache`: outlives the batch. `now`: the answer to the effect `Now`. `time_left`: seconds.
    """

    store: EventStore
    queue: Queue
    definitions: BatchDefinitions
    cache: StateCache
    now: Callable[[], str]
    time_left: Callable[[], float]
    sleep: Callable[[float], None]
    counts: Counter[str] = field(default_factory=Counter)
    counts_lock: Lock = field(default_factory=Lock)

    def count(self, counts: Mapping[str, int]) -> None:
        """Add to the batch's counts."""
        with self.counts_lock:
            self.counts.update(counts)


def run_effects(effects: Effects[Returned], ports: Ports) -> Returned:
    """Run the generator to its end and return its result."""
    answer: Any = None
    try:
        effect = next(effects)
        while True:
            try:
                answer = execute(effect, ports)
            except StatewrightError as error:
                effect = effects.throw(error)
            else:
                effect = effects.send(answer)
    except StopIteration as end:
        result: Returned = end.value
        return result


def execute(effect: Effect, ports: Ports) -> Any:
    """Execute one effect and return its answer. Raises whatever the port raises."""
    match effect:
        case FindMachine(name, refresh):
            return ports.definitions.find(name, refresh=refresh)
        case Read() | ReadAfter() | FindCommands() | Append():
            return _ask(ports.store, effect)
        case TakeCached(stream):
            return ports.cache.take(stream)
        case KeepCached(aggregate):
            return ports.cache.keep(aggregate)
        case DeadLetter(message, code, reason):
            return ports.queue.dead_letter(message, code=code, reason=reason)
        case Delay(message, seconds):
            return ports.queue.delay(message, seconds)
        case Pause(seconds):
            return ports.sleep(seconds * _JITTER.uniform(0.5, 1.5))
        case Now():
            return ports.now()
        case TimeLeft():
            return ports.time_left()
        case Count(counter, amount):
            return ports.count({counter: amount})


def _ask(store: EventStore, effect: StoreEffect) -> Any:
    match effect:
        case Read(stream, limit, upto):
            return store.read(stream, upto=upto, limit=limit, backwards=True)
        case ReadAfter(head, limit):
            return store.read(head.stream, after=head, limit=limit)
        case FindCommands(stream, command_ids):
            return store.find(stream, command_ids)
        case Append(head, commit):
            return store.append(head, commit)
