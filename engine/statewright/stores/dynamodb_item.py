"""Converts a commit to an item of the event table and back.

THE NAMES BELOW ARE STORED and must not change. The keys are those of the table in deploy/template.yaml. Needs
no client, so exports of the table can be read as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from statewright.errors import CorruptStream
from statewright.stores.record import Commit
from statewright.stores.record_text import decode

Item = Mapping[str, Any]  # attribute -> {type: value}, such as {"S": "…"}


def key_item(stream: str, version: int) -> dict[str, Any]:
    """The primary key."""
    return {"stream": {"S": stream}, "version": {"N": str(version)}}


def record_item(stream: str, version: int, text: str) -> dict[str, Any]:
    """The item of the commit with this text."""
    return {**key_item(stream, version), "record": {"S": text}}


def key_of(item: Item) -> tuple[str, int]:
    """Stream and version. Raises LookupError, TypeError or ArithmeticError for an item of another table."""
    return item["stream"]["S"], int(Decimal(item["version"]["N"]))


def commit_of(item: Item) -> Commit:
    """The commit in an item. Raises CorruptStream if it contains none."""
    stream, version = key_of(item)
    match item.get("record"):
        case {"S": str(text)}:
            return decode(text, stream=stream, version=version)
    raise CorruptStream(stream, version, 'its item has no string "record"')


def scanned_commit(item: Item) -> Commit | CorruptStream:
    """The commit, or a CorruptStream if it is unreadable."""
    try:
        return commit_of(item)
    except CorruptStream as error:
        return error
