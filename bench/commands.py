"""Commands per second through the real handler, in memory and on SQLite, beside bare inserts.

The bare inserts use `sqlite3` directly, with the store's own journal mode and synchronous setting: the floor
for one commit per command at the same durability.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.sources.files import FilesSource
from engine.stores.memory import MemoryStore
from engine.stores.port import EventStore
from engine.stores.sqlite import SqliteStore
from handler.app import Application
from handler.queue import LocalQueue

CONFIG = Path(__file__).parent.parent / "config"
AGGREGATES = 200
BATCH = 10
STEPS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("PlaceOrder", {"total": 1000}),
    ("Pay", {"amount": 400}),
    ("Pay", {"amount": 600}),
    ("Pack", {}),
    ("Ship", {}),
    ("ConfirmDelivery", {}),
)
COMMANDS = AGGREGATES * len(STEPS)


def batches() -> Iterator[dict[str, Any]]:
    """SQS events of ten commands for ten different orders: every command is a commit of its own."""
    for first in range(0, AGGREGATES, BATCH):
        for step in range(len(STEPS)):
            yield {"Records": [_record(order, step) for order in range(first, first + BATCH)]}


def _record(order: int, step: int) -> dict[str, Any]:
    name, data = STEPS[step]
    body = {
        "id": f"c-{order}-{step}",
        "machine": "order",
        "aggregate_id": f"o-{order}",
        "command": name,
        "data": data,
        "actor": {"id": "u-1", "roles": ["clerk"]},
    }
    return {
        "messageId": f"m-{order}-{step}",
        "body": json.dumps(body),
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:000000000000:commands",
    }


def handled_seconds(store: EventStore) -> float:
    """The wall time of all commands; every one of them must be accepted."""
    source = FilesSource(CONFIG, ttl_seconds=3600)
    application = Application(store=store, source=source, queue=LocalQueue())
    events = list(batches())
    start = time.perf_counter()
    reports = [application.handle(event) for event in events]
    seconds = time.perf_counter() - start
    assert all(result.code == "ACCEPTED" for report in reports for result in report.results)
    application.close()
    return seconds


def inserted_seconds(path: Path, *, journal_mode: str, synchronous: str) -> float:
    """The wall time of as many rows of a commit's size, each in a transaction of its own."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA journal_mode={journal_mode}")
    connection.execute(f"PRAGMA synchronous={synchronous}")
    connection.execute("CREATE TABLE t (position INTEGER PRIMARY KEY AUTOINCREMENT, record TEXT) STRICT")
    record = "x" * 600
    start = time.perf_counter()
    for _ in range(COMMANDS):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO t (record) VALUES (?)", (record,))
        connection.execute("COMMIT")
    seconds = time.perf_counter() - start
    connection.close()
    return seconds


def print_commands() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "handler.db")
        on_sqlite = handled_seconds(store)
        journal, synchronous = store.journal.mode, store.journal.synchronous
        store.close()
        bare = inserted_seconds(Path(folder) / "bare.db", journal_mode=journal, synchronous=synchronous)
    in_memory = handled_seconds(MemoryStore())
    print(f"{COMMANDS:,} commands of {AGGREGATES} orders, {BATCH} per batch, one commit each")
    rows = {
        f"bare sqlite3 inserts ({journal}, {synchronous})": bare,
        f"handler on SQLite ({journal}, {synchronous})": on_sqlite,
        "handler in memory": in_memory,
    }
    for name, seconds in rows.items():
        print(f"  {name:<40}{COMMANDS / seconds:10,.0f} per second{seconds / bare:8.2f} x the bare inserts")
