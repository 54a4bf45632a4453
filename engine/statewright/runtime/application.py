"""The application: the store, definitions, queue, cached aggregates and threads that outlive a batch.

Contains the only `except Exception` of the runtime, so that a bug in one unit neither loses a message nor
affects other units.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from threading import Lock
from types import TracebackType
from typing import Self

from statewright.clock import utc_now
from statewright.machine.messages import Command, Invalid, Outcome
from statewright.registry.port import DefinitionSource, SourceState
from statewright.runtime import logs
from statewright.runtime.driver import BatchDefinitions, Ports, run_effects
from statewright.runtime.envelope import reread_command
from statewright.runtime.message import Message
from statewright.runtime.policy import Policy
from statewright.runtime.process import process
from statewright.runtime.queue import LocalQueue, Queue
from statewright.runtime.results import Disposition, Failure, FailureKind, MessageResult, OnRefusal
from statewright.runtime.settling import delay_messages
from statewright.runtime.state_cache import StateCache
from statewright.runtime.units import Unit, units_of
from statewright.stores.port import EventStore

THREADS_MAX = 8
TURNS = 256  # locks shared by all aggregates, to bound their number

Content = Command | Invalid | Failure


@dataclass(frozen=True, slots=True)
class BatchResult:
    """The result of a batch.

    `results`: one per message, in the order of the batch. `counts`: by the names of `Metric`. `definitions`:
    how current the definitions were.
    """

    results: tuple[MessageResult, ...]
    counts: Mapping[str, int]
    definitions: SourceState


class Application:
    """Handles commands, one at a time or in batches. Thread-safe.

    `queue`: for dead letters and delays; not needed if commands come from a caller.
    `on_refusal`: for branches without their own; None lets the refusal code decide. `now`: returns RFC 3339
    text in UTC with six fractional digits. `sleep`: takes seconds. The caller closes the store.
    """

    def __init__(
        self,
        *,
        store: EventStore,
        definitions: DefinitionSource,
        queue: Queue | None = None,
        on_refusal: OnRefusal | None = None,
        snapshot_every: int = 100,
        now: Callable[[], str] = utc_now,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._store = store
        self._definitions = definitions
        self._queue = queue or LocalQueue()
        if snapshot_every < 1:
            raise ValueError(f"snapshot_every must be at least 1, not {snapshot_every}")
        default_refusal = None if on_refusal is None else OnRefusal(on_refusal)
        self._policy = Policy(default_refusal, snapshot_every, store.dedupe_window, store.commit_bytes_max)
        self._closed = False
        self._now = now
        self._sleep = sleep
        self._cache = StateCache()
        self._turns = tuple(Lock() for _ in range(TURNS))
        self._threads = ThreadPoolExecutor(THREADS_MAX, thread_name_prefix="statewright")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def handle(
        self, command: Command | Invalid, *, time_left: Callable[[], float] = lambda: math.inf
    ) -> MessageResult:
        """Decide one command and store its events. The result's `outcome` says what happened.

        `command`: from `new_command` or `read_command`; an Invalid is returned unchanged. The result shares
        no value with the runtime. Its `disposition` has no meaning here, because the command did not come
        from a queue. Commands to one aggregate are handled one at a time, even if several threads call.
        `time_left`: seconds until the caller gives up; nothing is started that could take longer.

        Raises ValueError for a command that no message could contain.
        """
        match command:
            case Command():
                own: Command | Invalid = reread_command(command)
                message = Message(command.id, "")
            case Invalid():
                own, message = command, Message("", "")
            case other:
                raise TypeError(f"expected a Command or an Invalid, not {type(other).__name__}")
        with self._turn_of(own):
            [result] = self.handle_batch([message], lambda _message: own, time_left=time_left).results
        given = command if isinstance(command, Command) else None
        return replace(result, command=given, outcome=_copied(result.outcome), note="")

    def handle_batch(
        self,
        messages: Sequence[Message],
        read: Callable[[Message], Content],
        *,
        time_left: Callable[[], float] = lambda: math.inf,
    ) -> BatchResult:
        """Settle all `messages`. `read`: parses a message. Raises RuntimeError after `close`."""
        if self._closed:
            raise RuntimeError("the application is closed")
        ports = self._ports(time_left)
        work = partial(self._settle_batch, messages, read, ports)
        settled = _contained(work, [(message, None) for message in messages], ports)
        places = {message.message_id: place for place, message in enumerate(messages)}
        results = tuple(sorted(settled, key=lambda result: places[result.message.message_id]))
        logs.log_batch(results, ports.counts)
        return BatchResult(results, ports.counts, self._definitions.state())

    def refresh(self) -> None:
        """Refresh the definitions now, even if that is not due."""
        self._definitions.refresh()

    def close(self) -> None:
        """Stop the threads. No more commands can be handled."""
        self._closed = True
        self._threads.shutdown()

    def _settle_batch(
        self, messages: Sequence[Message], read: Callable[[Message], Content], ports: Ports
    ) -> tuple[MessageResult, ...]:
        ports.definitions.look()
        units = units_of([(message, read(message)) for message in messages])
        work = partial(self._settle_unit, ports=ports)
        settled = map(work, units) if len(units) == 1 else self._threads.map(work, units)
        return tuple(chain.from_iterable(settled))

    def _settle_unit(self, unit: Unit, *, ports: Ports) -> tuple[MessageResult, ...]:
        work = partial(run_effects, process(unit, self._policy), ports)
        return _contained(work, [(entry.message, entry.command) for entry in unit.entries], ports)

    def _turn_of(self, command: Command | Invalid) -> AbstractContextManager[object]:
        """A lock per aggregate, because threads that race for one stream would only cause conflicts."""
        if isinstance(command, Invalid):
            return nullcontext()
        return self._turns[hash((command.machine, command.aggregate_id)) % TURNS]

    def _ports(self, time_left: Callable[[], float]) -> Ports:
        return Ports(
            store=self._store,
            queue=self._queue,
            definitions=BatchDefinitions(self._definitions, time_left),
            cache=self._cache,
            now=self._now,
            time_left=time_left,
            sleep=self._sleep,
        )


def _contained(
    work: Callable[[], tuple[MessageResult, ...]],
    entries: Sequence[tuple[Message, Command | None]],
    ports: Ports,
) -> tuple[MessageResult, ...]:
    """The results of `work`. If it raises, every entry becomes a failure and is delayed, not deleted."""
    try:
        return work()
    except Exception as error:  # noqa: BLE001 - the edge of the runtime: bugs are reported as results
        logs.log_bug(error)
        ports.count(delay_messages([message for message, _ in entries], ports.queue, ports.time_left))
        failure = Failure(FailureKind.BUG, f"unexpected {type(error).__name__}", error)
        return tuple(
            MessageResult(message, command, failure, Disposition.REDELIVERED) for message, command in entries
        )


def _copied(outcome: Outcome | Failure) -> Outcome | Failure:
    """A copy that a caller may change without affecting a cached aggregate."""
    return outcome if isinstance(outcome, Failure) else deepcopy(outcome)
