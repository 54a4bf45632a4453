"""Stored commits are read and written in the same form as text, in SQLite and in DynamoDB."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from statewright.aws.sqs import handle_event
from statewright.errors import CorruptStream
from statewright.stores.dynamodb import DynamoStore
from statewright.stores.dynamodb_item import commit_of, record_item
from statewright.stores.record_text import decode, encode
from statewright.stores.sqlite import SqliteStore
from tests.cli.commands import Cli
from tests.emulators.clients import client_of, environment_of, new_table
from tests.promises.files import (
    BEFORE,
    TODAY,
    documents,
    golden_document,
    golden_lines,
    stored_rows,
)
from tests.promises.playing import RecordingClient, application_on, play, without_wording

SCHEMA = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name"
RECORDS = golden_lines("stores/records.jsonl")
STREAMS = sorted({item["stream"]["S"] for item in golden_lines("stores/dynamodb_items.jsonl")})


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: str(record["what"]))
def test_a_record_is_written_as_it_was_read(record: dict[str, Any]) -> None:
    """Encoding a decoded record gives the same text, by which a store recognises its own commit."""
    commit = decode(record["text"], stream=record["stream"], version=record["version"])
    assert encode(commit) == record["text"]


def test_an_unreadable_snapshot_costs_only_the_snapshot() -> None:
    """A commit with an unknown snapshot format is read without the snapshot."""
    record = RECORDS[0]
    text = json.dumps(json.loads(record["text"]) | {"snapshot": {"behaviour": "x", "added": 1}})
    assert decode(text, stream=record["stream"], version=record["version"]).snapshot is None


@pytest.mark.parametrize("change", [{"format": 2}, {"added": 1}, {"head": 99}, {"version": 7}])
def test_a_record_of_another_shape_is_refused(change: dict[str, int]) -> None:
    """A record with an unknown format, key or inconsistent version is reported as corrupt."""
    record = RECORDS[0]
    text = json.dumps(json.loads(record["text"]) | change)
    with pytest.raises(CorruptStream):
        decode(text, stream=record["stream"], version=record["version"])


def test_an_item_of_the_table_is_written_as_it_was_read() -> None:
    """Items keep the names and types of their attributes."""
    items = golden_lines("stores/dynamodb_items.jsonl")
    texts = [encode(commit_of(item)) for item in items]
    keys = [(item["stream"]["S"], int(item["version"]["N"])) for item in items]
    assert [record_item(*key, text) for key, text in zip(keys, texts, strict=True)] == items


def test_a_new_sqlite_file_has_the_same_schema(golden_db: Path, tmp_path: Path) -> None:
    """Tables and the header numbers that identify Statewright's files are unchanged."""
    with closing(SqliteStore(tmp_path / "new.db")) as store:
        store.read("door/d-1")
    assert schema_of(tmp_path / "new.db") == schema_of(golden_db)


def test_commits_of_an_older_sqlite_file_are_read(golden_db: Path) -> None:
    """The store reads every stream, and its commits encode to the stored records."""
    with closing(SqliteStore(golden_db, create=False)) as store:
        commits = [commit for stream in STREAMS for commit in store.read(stream).commits]
    assert [encode(commit) for commit in commits] == [row[-1] for row in stored_rows(golden_db)]


def test_commands_in_an_older_sqlite_file_are_found(golden_db: Path) -> None:
    """Both old and recent commands of a stream are found by id."""
    with closing(SqliteStore(golden_db, create=False)) as store:
        found = store.find("claim/k-1", ["old-1", "s-14", "other"])
    assert {id: command.outcome for id, command in found.items()} == {"old-1": "accepted", "s-14": "accepted"}


@pytest.mark.parametrize("stream", STREAMS)
def test_an_older_stream_folds_to_the_same_state(cli: Cli, golden_db: Path, stream: str) -> None:
    """Through renames, upcasts, retired moves and snapshots."""
    shown = cli("show", stream, "--db", golden_db, "--definitions", TODAY, "--format", "json")
    assert json.loads(shown.stdout) == golden_document("stores/shown.json")[stream]


@pytest.mark.parametrize("stream", STREAMS)
def test_the_history_of_an_older_stream_is_the_same(cli: Cli, golden_db: Path, stream: str) -> None:
    """`history` prints the stored events, each with its id and command."""
    printed = cli("history", stream, "--db", golden_db, "--format", "json")
    assert documents(printed.stdout) == golden_document("stores/histories.json")[stream]


def test_the_verification_of_an_older_store_gives_the_same_report(cli: Cli, golden_db: Path) -> None:
    """The report has the known fault: an upcast changed the state of a snapshot."""
    result = cli("verify", TODAY, "--db", golden_db, "--format", "json")
    assert (result.exit_code, report_of(result.stdout)) == (1, golden_document("stores/verified.json"))


def test_a_snapshot_of_an_older_release_is_used(golden_db: Path) -> None:
    """The behaviour digest in the snapshot still matches the definition."""
    body = {
        "id": "next-1",
        "machine": "account",
        "aggregate_id": "a-1",
        "command": "Deposit",
        "data": {"amount": 1},
    }
    event = {"Records": [{"messageId": "m-1", "body": json.dumps(body)}]}
    with closing(SqliteStore(golden_db)) as store:
        application = application_on(
            store, "today", client=RecordingClient(), now="2027-01-01T00:00:00.000000Z"
        )
        with closing(application):
            counts = handle_event(application, event).batch.counts
    assert (counts["snapshot_hits"], counts.get("snapshots_missed", 0)) == (1, 0)
    assert stored_rows(golden_db)[3][:3] == ["account/a-1", 9, 9]


def test_an_older_definition_still_folds_its_own_events(cli: Cli, golden_db: Path) -> None:
    """`history --at 3` folds the stream's first events with the older definition."""
    shown = cli(
        "history", "claim/k-1", "--db", golden_db, "--definitions", BEFORE, "--at", 3, "--format", "json"
    )
    assert documents(shown.stdout)[-1] == golden_document("stores/state_before.json")


@pytest.fixture
def table(dynamodb_local: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, str]]:
    """A client and an empty table in the service that the SDK is configured for."""
    for name, value in environment_of(dynamodb=dynamodb_local).items():
        monkeypatch.setenv(name, value)
    client = client_of("dynamodb", dynamodb_local)
    yield client, new_table(client)
    client.close()


def test_the_handler_stores_the_same_items(table: tuple[Any, str]) -> None:
    """The recorded batches store the same items in a table."""
    client, name = table
    play(DynamoStore(client, table=name))
    items = client.scan(TableName=name, ConsistentRead=True)["Items"]
    assert sorted(items, key=key_of) == golden_lines("stores/dynamodb_items.jsonl")


def test_a_table_of_an_older_release_is_read(cli: Cli, table: tuple[Any, str]) -> None:
    """Verifying the table gives the same report as the SQLite file with the same commits."""
    client, name = table
    for item in golden_lines("stores/dynamodb_items.jsonl"):
        client.put_item(TableName=name, Item=item)
    result = cli("verify", TODAY, "--table", name, "--format", "json")
    assert (result.exit_code, report_of(result.stdout)) == (1, golden_document("stores/verified.json"))


def report_of(text: str) -> dict[str, Any]:
    """The report of a verification, without the wording of reasons."""
    report: dict[str, Any] = json.loads(text)
    for fault in report["faults"]:
        fault["examples"] = [without_wording(example) for example in fault["examples"]]
    return report


def key_of(item: dict[str, Any]) -> tuple[str, int]:
    return item["stream"]["S"], int(item["version"]["N"])


def schema_of(path: Path) -> tuple[Any, ...]:
    """Header numbers and SQL statements, ignoring white space."""
    with closing(sqlite3.connect(path)) as connection:
        numbers = [
            connection.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version")
        ]
        return numbers, [(name, sql.split()) for name, sql in connection.execute(SCHEMA)]
