"""Commands per second through the real handler, in memory and on SQLite, compared with bare inserts.

The bare inserts use `sqlite3` directly, in the same journal mode with the same synchronous setting: the floor
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

from statewright.aws.sqs import handle_event
from statewright.registry.files import FilesSource
from statewright.runtime.application import Application
from statewright.runtime.queue import LocalQueue
from statewright.stores.memory import MemoryStore
from statewright.stores.port import EventStore
from statewright.stores.sqlite import SqliteStore
from statewright.stores.sqlite_file import ROLLBACK, WRITE_AHEAD, Journal, journal_for

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
    """SQS events of ten commands for ten different orders: each command becomes one commit."""
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
    """The wall time of all commands; each must be accepted."""
    source = FilesSource(CONFIG, ttl_seconds=3600)
    application = Application(store=store, definitions=source, queue=LocalQueue())
    events = list(batches())
    start = time.perf_counter()
    reports = [handle_event(application, event).batch for event in events]
    seconds = time.perf_counter() - start
    assert all(result.code == "ACCEPTED" for report in reports for result in report.results)
    application.close()
    return seconds


def inserted_seconds(path: Path, journal: Journal) -> float:
    """The wall time of inserting rows of a commit's size, each in its own transaction."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA journal_mode={journal.mode}")
    connection.execute(f"PRAGMA synchronous={journal.synchronous}")
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


def stored_seconds(path: Path, journal: Journal) -> float:
    """The wall time of all commands on SQLite."""
    store = SqliteStore(path, journal=journal)
    try:
        return handled_seconds(store)
    finally:
        store.close()


def print_commands() -> None:
    live = journal_for(sqlite3.sqlite_version_info)
    print(
        f"{COMMANDS:,} commands of {AGGREGATES} orders, {BATCH} per batch, one commit each; "
        f"this SQLite library gets {live.mode}"
    )
    in_memory = handled_seconds(MemoryStore())
    with tempfile.TemporaryDirectory() as folder:
        for journal in (WRITE_AHEAD, ROLLBACK):
            bare = inserted_seconds(Path(folder) / f"bare-{journal.mode}.db", journal)
            handled = stored_seconds(Path(folder) / f"handler-{journal.mode}.db", journal)
            setting = f"({journal.mode}, {journal.synchronous})"
            _print_row(f"bare sqlite3 inserts {setting}", bare, floor=bare)
            _print_row(f"handler on SQLite {setting}", handled, floor=bare)
            _print_row("handler in memory", in_memory, floor=bare)


def _print_row(name: str, seconds: float, *, floor: float) -> None:
    print(f"  {name:<40}{COMMANDS / seconds:10,.0f} per second{seconds / floor:8.2f} x the bare inserts")
