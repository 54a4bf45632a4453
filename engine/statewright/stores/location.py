"""The location of an event store as a value, and the function that opens it.

Adapters are imported only when needed, because loading the AWS SDK takes longer than most commands run.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from statewright.stores.port import Store


@dataclass(frozen=True, slots=True)
class SqliteFile:
    path: Path


@dataclass(frozen=True, slots=True)
class DynamoTable:
    """A table in the region and account of the environment."""

    name: str


StoreLocation = SqliteFile | DynamoTable


def open_store(location: StoreLocation, *, create: bool = True, attempts: int = 1) -> Store:
    """Open the store at `location`. Raises StoreError if that fails.

    `create`: create a file that is missing or empty; tables are never created. `attempts`: how often a
    request to DynamoDB is sent.
    """
    match location:
        case SqliteFile(path):
            from statewright.stores.sqlite import SqliteStore

            return SqliteStore(Path(path), create=create)
        case DynamoTable(name):
            from statewright.stores.dynamodb import DynamoStore, dynamodb_client

            return DynamoStore(dynamodb_client(attempts=attempts), table=name)
        case other:
            raise TypeError(f"expected a SqliteFile or a DynamoTable, not {other!r}")
