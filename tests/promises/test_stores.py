"""Stored commits: their text, the SQLite file and the DynamoDB items, written and read as ever."""

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
def test_a_record_is_read_and_written_alike(record: dict[str, Any]) -> None:
    """With and without what is optional; the text is compared to recognise a commit of one's own."""
    commit = decode(record["text"], stream=record["stream"], version=record["version"])
    assert encode(commit) == record["text"]


def test_an_unreadable_snapshot_costs_only_the_snapshot() -> None:
    """What is known of it may grow, and a commit outlives it."""
    record = RECORDS[0]
    text = json.dumps(json.loads(record["text"]) | {"snapshot": {"behaviour": "x", "added": 1}})
    assert decode(text, stream=record["stream"], version=record["version"]).snapshot is None


@pytest.mark.parametrize("change", [{"format": 2}, {"added": 1}, {"head": 99}, {"version": 7}])
def test_a_record_of_another_shape_is_refused(change: dict[str, int]) -> None:
    """A reader never guesses what a later writer meant."""
    record = RECORDS[0]
    text = json.dumps(json.loads(record["text"]) | change)
    with pytest.raises(CorruptStream):
        decode(text, stream=record["stream"], version=record["version"])


def test_an_item_of_the_table_is_read_and_written_alike() -> None:
    """The names and types of its attributes."""
    items = golden_lines("stores/dynamodb_items.jsonl")
    texts = [encode(commit_of(item)) for item in items]
    keys = [(item["stream"]["S"], int(item["version"]["N"])) for item in items]
    assert [record_item(*key, text) for key, text in zip(keys, texts, strict=True)] == items


def test_a_new_sqlite_file_has_the_same_schema(golden_db: Path, tmp_path: Path) -> None:
    """Tables, columns, keys, and the numbers in the header that tell our files from others."""
    with closing(SqliteStore(tmp_path / "new.db")) as store:
        store.read("door/d-1")
    assert schema_of(tmp_path / "new.db") == schema_of(golden_db)


def test_an_older_sqlite_file_gives_its_commits(golden_db: Path) -> None:
    """Every record, stream by stream, as the port hands it out."""
    with closing(SqliteStore(golden_db, create=False)) as store:
        commits = [commit for stream in STREAMS for commit in store.read(stream).commits]
    assert [encode(commit) for commit in commits] == [row[-1] for row in stored_rows(golden_db)]


def test_an_older_sqlite_file_knows_its_commands(golden_db: Path) -> None:
    """A repetition is found however long ago the command came."""
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
    """Events as they were stored, each with its id and its command."""
    printed = cli("history", stream, "--db", golden_db, "--format", "json")
    assert documents(printed.stdout) == golden_document("stores/histories.json")[stream]


def test_the_verification_of_an_older_store_gives_the_same_report(cli: Cli, golden_db: Path) -> None:
    """With the one difference that an upcast makes to a snapshot by the definition before."""
    result = cli("verify", TODAY, "--db", golden_db, "--format", "json")
    assert (result.exit_code, report_of(result.stdout)) == (1, golden_document("stores/verified.json"))


def test_a_snapshot_of_an_older_release_is_used(golden_db: Path) -> None:
    """The behaviour digest that it carries is still that of its definition."""
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


def test_an_older_definition_still_folds_what_it_stored(cli: Cli, golden_db: Path) -> None:
    """Up to the first event that it does not know, which it names."""
    shown = cli(
        "history", "claim/k-1", "--db", golden_db, "--definitions", BEFORE, "--at", 3, "--format", "json"
    )
    assert documents(shown.stdout)[-1] == golden_document("stores/state_before.json")


@pytest.fixture
def table(dynamodb_local: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, str]]:
    """A client and an empty table where the SDK finds it."""
    for name, value in environment_of(dynamodb=dynamodb_local).items():
        monkeypatch.setenv(name, value)
    client = client_of("dynamodb", dynamodb_local)
    yield client, new_table(client)
    client.close()


def test_the_handler_stores_the_same_items(table: tuple[Any, str]) -> None:
    """Key, attribute and text of each commit in a table."""
    client, name = table
    play(DynamoStore(client, table=name))
    items = client.scan(TableName=name, ConsistentRead=True)["Items"]
    assert sorted(items, key=key_of) == golden_lines("stores/dynamodb_items.jsonl")


def test_a_table_of_an_older_release_is_read(cli: Cli, table: tuple[Any, str]) -> None:
    """Its items give the same report as the file of the same commits."""
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
    """White space in a statement is no part of it."""
    with closing(sqlite3.connect(path)) as connection:
        numbers = [
            connection.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version")
        ]
        return numbers, [(name, sql.split()) for name, sql in connection.execute(SCHEMA)]
