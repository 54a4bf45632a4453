"""Plays the real world for a story: each request is executed with the ports, each answer sent back.

Knows no rule of the story. Only errors of our own tree are thrown into it; anything else is a bug and ends
the story.
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
    Delay,
    Find,
    FindMachine,
    Keep,
    Now,
    Park,
    Pause,
    Read,
    ReadOn,
    Request,
    Result,
    StoreRequest,
    Story,
    Take,
    TimeLeft,
)
from statewright.runtime.queue import Queue
from statewright.runtime.retry import RESERVE_SECONDS
from statewright.runtime.state_cache import StateCache
from statewright.stores.port import EventStore

# Asks the system each time: copies of one memory image, as SnapStart restores it, would all draw the same
# numbers of a generator with a state, and wait in step.
_JITTER = SystemRandom()


class BatchMachines:
    """The machines of one batch: whoever asks for a refresh, the source is refreshed at most once.

    `time_left`: seconds. Where a look at the source could outlast them, what is known has to do.
    """

    def __init__(self, source: DefinitionSource, time_left: Callable[[], float]) -> None:
        self._source = source
        self._time_left = time_left
        self._refreshed = False
        self._lock = Lock()

    def find(self, name: str, *, refresh: bool) -> Machine | None:
        """Raises SourceUnavailable where a refresh was asked for, and what is known may be outdated still."""
        look = self._time_left() >= LOOK_SECONDS_MAX + RESERVE_SECONDS
        if not refresh:
            return self._source.machine(name, look=look)
        with self._lock:
            if look and not self._refreshed:
                self._source.refresh()
                self._refreshed = True
        machine = self._source.machine(name, look=False)
        if not (self._refreshed and self._source.is_current(name)):
            raise SourceUnavailable(f'machine: the definition of "{name}" cannot be looked up now')
        return machine


@dataclass(frozen=True, slots=True)
class World:
    """The real ports of one batch, and what outlives it: the cache.

    `now`: as the request `Now` wants it; `time_left`: seconds.
    """

    store: EventStore
    queue: Queue
    machines: BatchMachines
    cache: StateCache
    now: Callable[[], str]
    time_left: Callable[[], float]
    sleep: Callable[[float], None]
    figures: Counter[str] = field(default_factory=Counter)
    figures_lock: Lock = field(default_factory=Lock)

    def count(self, figures: Mapping[str, int]) -> None:
        """Add to the figures of the batch."""
        with self.figures_lock:
            self.figures.update(figures)


def drive(story: Story[Result], world: World) -> Result:
    """The story's result."""
    answer: Any = None
    try:
        request = next(story)
        while True:
            try:
                answer = execute(request, world)
            except StatewrightError as error:
                request = story.throw(error)
            else:
                request = story.send(answer)
    except StopIteration as end:
        result: Result = end.value
        return result


def execute(request: Request, world: World) -> Any:
    """The answer to one request. Raises what the port raises."""
    match request:
        case FindMachine(name, refresh):
            return world.machines.find(name, refresh=refresh)
        case Read() | ReadOn() | Find() | Append():
            return _ask(world.store, request)
        case Take(stream):
            return world.cache.take(stream)
        case Keep(aggregate):
            return world.cache.keep(aggregate)
        case Park(message, code, reason):
            return world.queue.park(message, code=code, reason=reason)
        case Delay(message, seconds):
            return world.queue.delay(message, seconds)
        case Pause(seconds):
            return world.sleep(seconds * _JITTER.uniform(0.5, 1.5))
        case Now():
            return world.now()
        case TimeLeft():
            return world.time_left()
        case Count(figure, amount):
            return world.count({figure: amount})


def _ask(store: EventStore, request: StoreRequest) -> Any:
    match request:
        case Read(stream, limit, upto):
            return store.read(stream, upto=upto, limit=limit, backwards=True)
        case ReadOn(head, limit):
            return store.read(head.stream, after=head, limit=limit)
        case Find(stream, command_ids):
            return store.find(stream, command_ids)
        case Append(head, commit):
            return store.append(head, commit)
