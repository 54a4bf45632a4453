"""A commit as one item of the events' table, and back: the names and types of its attributes.

THE NAMES ARE ON DISK; the keys are the table's, see deploy/template.yaml. Knows no client, so that an export
of the table is read without one.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from statewright.errors import CorruptStream
from statewright.stores.record import Commit
from statewright.stores.record_text import decode

Item = Mapping[str, Any]  # attribute -> its one type and value, `{"S": "…"}`


def key_item(stream: str, version: int) -> dict[str, Any]:
    """The attributes that make the primary key."""
    return {"stream": {"S": stream}, "version": {"N": str(version)}}


def record_item(stream: str, version: int, text: str) -> dict[str, Any]:
    """The whole item of the commit with this text."""
    return {**key_item(stream, version), "record": {"S": text}}


def key_of(item: Item) -> tuple[str, int]:
    """Stream and version. Raises LookupError, TypeError, ArithmeticError for an item of another table."""
    return item["stream"]["S"], int(Decimal(item["version"]["N"]))


def commit_of(item: Item) -> Commit:
    """Raises CorruptStream for an item that holds none."""
    stream, version = key_of(item)
    match item.get("record"):
        case {"S": str(text)}:
            return decode(text, stream=stream, version=version)
    raise CorruptStream(stream, version, 'its item has no string "record"')


def scanned_commit(item: Item) -> Commit | CorruptStream:
    """The commit, or what is wrong with an unreadable one."""
    try:
        return commit_of(item)
    except CorruptStream as error:
        return error
