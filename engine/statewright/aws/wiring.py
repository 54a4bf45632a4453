"""Builds the application from settings: store, definitions and queue.

The SQS adapter is imported only when needed, because loading the AWS SDK dominates the time of a local run.
"""

from __future__ import annotations

from statewright.aws.settings import Settings
from statewright.registry.location import open_definitions
from statewright.registry.port import DefinitionSource
from statewright.runtime.application import Application
from statewright.runtime.queue import LocalQueue, Queue
from statewright.stores.location import open_store
from statewright.stores.port import EventStore


def build_application(settings: Settings, *, store: EventStore) -> Application:
    """The application for `settings`. The caller opens and closes the store.

    Raises SettingsError and SourceUnavailable if no definition can be read.
    """
    return Application(
        store=store,
        definitions=source_of(settings),
        queue=queue_of(settings),
        on_refusal=settings.on_refusal,
        snapshot_every=settings.snapshot_every,
    )


def store_of(settings: Settings) -> EventStore:
    """Open the event store. Raises StoreUnavailable."""
    return open_store(settings.events)


def source_of(settings: Settings) -> DefinitionSource:
    """Open the definitions. Raises SettingsError and SourceUnavailable if none can be read."""
    return open_definitions(settings.definitions, ttl_seconds=settings.definitions_ttl_seconds)


def queue_of(settings: Settings) -> Queue:
    """The SQS queue, or a local one outside Lambda without a dead-letter queue."""
    if settings.dead_letter_queue_url is None and not settings.on_lambda:
        return LocalQueue()
    from statewright.aws.sqs_queue import SqsQueue, sqs_client

    return SqsQueue(sqs_client(), dead_letter_url=settings.dead_letter_queue_url)
