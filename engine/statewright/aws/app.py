"""The composition root: environment to settings, settings to ports, one event to one answer.

Owns the only `except Exception` of the handler: a bug must never delete a message. `lambda_handler` is what
Lambda calls, which imports this module in its init phase; the command line builds its own `Application`.
"""

from __future__ import annotations

import gc
import math
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain, count

from statewright.aws import logs, metrics
from statewright.aws.envelope import read_command
from statewright.aws.settings import Settings, read_settings
from statewright.aws.sqs import Message, batch_response, read_messages
from statewright.aws.telemetry import read_telemetry
from statewright.aws.trace import trace_id_of
from statewright.aws.wiring import queue_of, source_of, store_of
from statewright.errors import SourceUnavailable, StoreUnavailable
from statewright.machine.messages import Command, Invalid
from statewright.registry.port import DefinitionSource, SourceState
from statewright.runtime.clock import utc_now
from statewright.runtime.delays import put_off
from statewright.runtime.driver import BatchMachines, World, drive
from statewright.runtime.policy import Policy
from statewright.runtime.process import process
from statewright.runtime.queue import Queue
from statewright.runtime.results import Disposition, Failure, FailureKind, OnRefusal, Settled
from statewright.runtime.state_cache import StateCache
from statewright.runtime.units import Unit, units_of
from statewright.stores.port import EventStore

THREADS_MAX = 8


@dataclass(frozen=True, slots=True)
class BatchReport:
    """`response` is the answer to Lambda; `results` holds one entry per message, in the event's order.

    `figures`: what the stories counted on the way. `definitions`: how current those in force were.
    """

    response: dict[str, list[dict[str, str]]]
    results: tuple[Settled, ...]
    figures: Mapping[str, int]
    definitions: SourceState


class Application:
    """Everything that outlives a batch.

    `now` gives RFC 3339 text in UTC with six digits of fraction; `sleep` takes seconds. The store belongs to
    the caller, who closes it.
    """

    def __init__(
        self,
        *,
        store: EventStore,
        source: DefinitionSource,
        queue: Queue,
        on_refusal: OnRefusal | None = None,
        snapshot_every: int = 100,
        now: Callable[[], str] = utc_now,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._store = store
        self._source = source
        self._queue = queue
        self._policy = Policy(on_refusal, snapshot_every, store.dedupe_window, store.commit_bytes_max)
        self._now = now
        self._sleep = sleep
        self._cache = StateCache()
        self._threads = ThreadPoolExecutor(THREADS_MAX, thread_name_prefix="statewright")

    def handle(self, event: object, context: object = None) -> BatchReport:
        """Settle every message of an SQS event. Raises UnknownEvent where it cannot name them all.

        `context`: Lambda's; without one there is no limit of time.
        """
        messages = read_messages(event)
        world = self._world(context)
        work = partial(self._settle_batch, messages, world)
        settled = _contained(work, [(message, None) for message in messages], world)
        return _report(messages, settled, figures=world.figures, definitions=self._source.state())

    def refresh(self) -> None:
        """Look at the definitions again, whatever their time to live says."""
        self._source.refresh()

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown()

    def _settle_batch(self, messages: Sequence[Message], world: World) -> tuple[Settled, ...]:
        units = units_of([(message, _content(message)) for message in messages])
        work = partial(self._settle_unit, world=world)
        settled = map(work, units) if len(units) == 1 else self._threads.map(work, units)
        return tuple(chain.from_iterable(settled))

    def _settle_unit(self, unit: Unit, *, world: World) -> tuple[Settled, ...]:
        """A bug in one unit costs the others nothing."""
        work = partial(drive, process(unit, self._policy), world)
        return _contained(work, [(entry.message, entry.command) for entry in unit.entries], world)

    def _world(self, context: object) -> World:
        time_left = _time_left(context)
        return World(
            store=self._store,
            queue=self._queue,
            machines=BatchMachines(self._source, time_left),
            cache=self._cache,
            now=self._now,
            time_left=time_left,
            sleep=self._sleep,
        )


def lambda_handler(event: object, context: object) -> dict[str, list[dict[str, str]]]:
    """What Lambda calls. A wrong environment or event raises, which deletes nothing.

    While the store cannot be opened, or no definition be read, every message is put off and a failure, and
    each invocation tries again.
    """
    first = next(_INVOCATIONS) == 0
    cold_start = first and _initialization() != "provisioned-concurrency"
    if _on_lambda():
        trace_id = trace_id_of(os.environ.get("_X_AMZN_TRACE_ID", ""))
        _log_lines().begin(context, cold_start=cold_start, trace_id=trace_id)
    try:
        application = _application()
    except (StoreUnavailable, SourceUnavailable) as error:
        messages = read_messages(event)
        logs.log_not_started(error, put_off(messages, _queue(), _time_left(context)))
        _write_metrics(None, cold_start=cold_start)
        return batch_response(messages, done=())
    if first and _initialization() == "snap-start":
        application.refresh()  # what was read at init is as old as the snapshot
    report = application.handle(event, context)
    _write_metrics(report, cold_start=cold_start)
    return report.response


def build_application(settings: Settings, *, store: EventStore) -> Application:
    """The application that `settings` describe, on a store that its caller opened and closes.

    Raises SettingsError and SourceUnavailable where the definitions cannot be read at all.
    """
    return Application(
        store=store,
        source=source_of(settings),
        queue=queue_of(settings),
        on_refusal=settings.on_refusal,
        snapshot_every=settings.snapshot_every,
    )


@cache
def _application() -> Application:
    """Built once, and kept as long as the process; tried again while it raises."""
    _log_lines()
    settings = read_settings(os.environ)
    return build_application(settings, store=store_of(settings))


@cache
def _queue() -> Queue:
    """For messages that no application could be built for."""
    return queue_of(read_settings(os.environ))


@cache
def _log_lines() -> logs.InvocationKeys:
    return logs.configure(read_telemetry(os.environ), on_lambda=_on_lambda())


def _content(message: Message) -> Command | Invalid | Failure:
    if message.fault:
        return Failure(FailureKind.MISSHAPEN, message.fault)
    return read_command(message.body, trace_id=message.trace_id)


def _contained(
    work: Callable[[], tuple[Settled, ...]],
    entries: Sequence[tuple[Message, Command | None]],
    world: World,
) -> tuple[Settled, ...]:
    """What `work` settles; when it breaks, every one of `entries` as a failure, put off and not deleted."""
    try:
        return work()
    except Exception as error:  # noqa: BLE001 - the edge of the handler: a bug is reported, and hides nowhere
        logs.log_bug(error)
        world.count(put_off([message for message, _ in entries], world.queue, world.time_left))
        failure = Failure(FailureKind.BUG, f"unexpected {type(error).__name__}")
        return tuple(
            Settled(message, command, failure, Disposition.REDELIVERED) for message, command in entries
        )


def _report(
    messages: Sequence[Message],
    settled: Sequence[Settled],
    *,
    figures: Mapping[str, int],
    definitions: SourceState,
) -> BatchReport:
    failed = {result.message.message_id for result in settled if result.failed}
    done = {result.message.message_id for result in settled} - failed
    places = {message.message_id: place for place, message in enumerate(messages)}
    results = tuple(sorted(settled, key=lambda result: places[result.message.message_id]))
    for result in results:
        logs.log_result(result)
    logs.log_batch(results, figures)
    return BatchReport(batch_response(messages, done), results, figures, definitions)


def _time_left(context: object) -> Callable[[], float]:
    """In seconds; without a context of Lambda there is no limit."""
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    return (lambda: math.inf) if remaining is None else (lambda: remaining() / 1000)


def _write_metrics(report: BatchReport | None, *, cold_start: bool) -> None:
    """Where CloudWatch reads them; None for an invocation that had no application."""
    if not _on_lambda():
        return
    telemetry, now = read_telemetry(os.environ), utc_now()
    if report is None:
        documents = [metrics.not_started_document(telemetry, now=now)]
    else:
        documents = metrics.batch_documents(
            report.results,
            report.figures,
            report.definitions,
            telemetry=telemetry,
            now=now,
            cold_start=cold_start,
        )
    metrics.write(documents, sys.stdout)


def _on_lambda() -> bool:
    return "AWS_LAMBDA_FUNCTION_NAME" in os.environ


def _initialization() -> str:
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"""
    return os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")


def _initialize() -> None:
    """Build the application in Lambda's init phase, which has more processor time than an invocation.

    Raises SettingsError, which Lambda reports; a store or a source that is unavailable is asked again, and
    reported, at each event. SnapStart restores what is built here in many processes, and much later: nothing
    of it is random, belongs to one invocation or tells the time of day. To collect garbage meanwhile, or ever
    among what was built, would only cost time.
    """
    gc.disable()
    try:
        with suppress(StoreUnavailable, SourceUnavailable):
            _application()
    finally:
        gc.enable()
        gc.freeze()


_INVOCATIONS = count()

if _on_lambda():
    _initialize()
