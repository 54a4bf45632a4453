"""The Lambda entry point of the command handler. The only module that reads the process environment.

Lambda imports this module in its init phase, when the application is built.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from functools import cache
from itertools import count

from statewright.aws import logs, metrics
from statewright.aws.settings import read_settings, read_telemetry
from statewright.aws.sqs import batch_response, handle_event, read_messages, time_left, trace_id_of
from statewright.aws.wiring import build_application, queue_of, store_of
from statewright.clock import utc_now
from statewright.errors import SourceUnavailable, StoreUnavailable
from statewright.runtime.application import Application, BatchResult
from statewright.runtime.queue import Queue
from statewright.runtime.settling import delay_messages


def lambda_handler(event: object, context: object) -> dict[str, list[dict[str, str]]]:
    """The function that Lambda calls. Raises for wrong settings or a malformed event; no message is deleted.

    While the store cannot be opened or no definition can be read, every message is delayed and reported as a
    failure, and each invocation tries again.
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
        logs.log_not_started(error, delay_messages(messages, _queue(), time_left(context)))
        _write_metrics(None, cold_start=cold_start)
        return batch_response(messages, done=())
    if first and _initialization() == "snap-start":
        application.refresh()  # definitions read during init are as old as the snapshot
    result = handle_event(application, event, context)
    _write_metrics(result.batch, cold_start=cold_start)
    return result.response


@cache
def _application() -> Application:
    """The application, built once per process; tried again after an error."""
    _log_lines()
    settings = read_settings(os.environ)
    return build_application(settings, store=store_of(settings))


@cache
def _queue() -> Queue:
    """The queue for delaying messages while there is no application."""
    return queue_of(read_settings(os.environ))


@cache
def _log_lines() -> logs.InvocationKeys:
    return logs.configure(read_telemetry(os.environ), on_lambda=_on_lambda())


def _write_metrics(batch: BatchResult | None, *, cold_start: bool) -> None:
    """Write metrics to stdout for CloudWatch. `batch`: None for an invocation without an application."""
    if not _on_lambda():
        return
    telemetry, now = read_telemetry(os.environ), utc_now()
    if batch is None:
        documents = [metrics.not_started_document(telemetry, now=now)]
    else:
        documents = metrics.batch_documents(
            batch.results,
            batch.counts,
            batch.definitions,
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

    Raises SettingsError, which Lambda reports. An unavailable store or source is tried again, and reported,
    with each event. SnapStart restores the result in many processes and much later, so it must not contain
    random values, the current time or data of one invocation. To save time, garbage collection is off
    meanwhile and never visits the objects built here.
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
