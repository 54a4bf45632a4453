"""From settings to an application: which store, which source of definitions, which queue.

The adapters of AWS are imported where they are built: the SDK costs a local run more time than everything
else together.
"""

from __future__ import annotations

from statewright.aws.settings import DynamoTable, Settings
from statewright.registry.files import FilesSource
from statewright.registry.place import S3Place
from statewright.registry.port import DefinitionSource
from statewright.runtime.application import Application
from statewright.runtime.queue import LocalQueue, Queue
from statewright.stores.port import EventStore
from statewright.stores.sqlite import SqliteStore


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
    match settings.events:
        case DynamoTable(name):
            from statewright.stores.dynamodb import DynamoStore, dynamodb_client

            return DynamoStore(dynamodb_client(), table=name)
        case path:
            return SqliteStore(path)


def source_of(settings: Settings) -> DefinitionSource:
    """Raises SettingsError and SourceUnavailable where there are no definitions at all."""
    match settings.definitions:
        case S3Place() as place:
            from statewright.registry.s3 import S3Source, s3_client

            return S3Source(s3_client(), place, ttl_seconds=settings.definitions_ttl_seconds)
        case folder:
            return FilesSource(folder, ttl_seconds=settings.definitions_ttl_seconds)


def queue_of(settings: Settings) -> Queue:
    """A local one where no queue of AWS can stand behind the events."""
    if settings.dead_letter_queue_url is None and not settings.on_lambda:
        return LocalQueue()
    from statewright.aws.sqs_queue import SqsQueue, sqs_client

    return SqsQueue(sqs_client(), dead_letter_url=settings.dead_letter_queue_url)
