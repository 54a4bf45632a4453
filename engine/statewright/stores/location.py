"""Where events are stored, as a value, and the one function that opens the store there.

An adapter and its driver are imported only when a store of that kind is opened: the AWS SDK alone takes
longer to load than most commands to run.
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
    """A table in the region and account that the AWS SDK finds in the environment."""

    name: str


StoreLocation = SqliteFile | DynamoTable


def open_store(location: StoreLocation, *, create: bool = True, attempts: int = 1) -> Store:
    """`create`: make the file if it is missing or empty; a table is never made.

    `attempts`: how often one request to DynamoDB is sent. Raises StoreError where the store cannot be opened.
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
