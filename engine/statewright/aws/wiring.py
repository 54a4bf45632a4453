"""From settings to an application: which store, which source of definitions, which queue.

The adapter of SQS is imported where it is built: the SDK costs a local run more time than everything else
together.
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
    """The application that `settings` describe, on a store that its caller opened and closes.

    Raises SettingsError and SourceUnavailable where the definitions cannot be read at all.
    """
    return Application(
        store=store,
        definitions=source_of(settings),
        queue=queue_of(settings),
        on_refusal=settings.on_refusal,
        snapshot_every=settings.snapshot_every,
    )


def store_of(settings: Settings) -> EventStore:
    """Raises StoreUnavailable where it cannot be opened."""
    return open_store(settings.events)


def source_of(settings: Settings) -> DefinitionSource:
    """Raises SettingsError and SourceUnavailable where there are no definitions at all."""
    return open_definitions(settings.definitions, ttl_seconds=settings.definitions_ttl_seconds)


def queue_of(settings: Settings) -> Queue:
    """A local one where no queue of AWS can stand behind the events."""
    if settings.dead_letter_queue_url is None and not settings.on_lambda:
        return LocalQueue()
    from statewright.aws.sqs_queue import SqsQueue, sqs_client

    return SqsQueue(sqs_client(), dead_letter_url=settings.dead_letter_queue_url)
