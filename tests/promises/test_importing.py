"""Imports accept the same lines and store the same commits as before."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.commands import Cli
from tests.promises.files import GOLDEN, TODAY, documents, golden_document, sqlite_file, stored_rows

EXPORT = GOLDEN / "importing" / "export.jsonl"
KEYS = (
    "version",
    "type",
    "event_version",
    "data",
    "time",
    "command_id",
    "actor_id",
    "correlation_id",
    "causation_id",
)


def test_the_same_lines_store_the_same_bytes(cli: Cli) -> None:
    """The stored rows are equal, including generated command ids and snapshots."""
    result = cli("import", EXPORT, "--db", "events.db", "--definitions", TODAY)
    assert (result.exit_code, result.stderr) == (0, "")
    assert stored_rows(Path("events.db")) == stored_rows(sqlite_file("importing/stored.sql", Path()))


def test_events_imported_by_an_older_release_are_recognised(cli: Cli) -> None:
    """A repeated import finds its events already stored and writes nothing."""
    path = sqlite_file("importing/stored.sql", Path())
    before = stored_rows(path)
    assert cli("import", EXPORT, "--db", path, "--definitions", TODAY).exit_code == 0
    assert stored_rows(path) == before


def test_a_printed_history_can_be_imported(cli: Cli, golden_db: Path) -> None:
    """The keys of `history --format json` plus the stream form a valid line of an import."""
    events = golden_document("stores/histories.json")["claim/k-4"]
    text = "\n".join(
        json.dumps({"stream": "claim/k-4"} | {key: event[key] for key in KEYS}) for event in events
    )
    assert cli("import", "-", "--db", "copy.db", "--definitions", TODAY, input=text).exit_code == 0
    shown, original = (
        json.loads(cli("show", "claim/k-4", "--db", db, "--definitions", TODAY, "-f", "json").stdout)
        for db in ("copy.db", golden_db)
    )
    assert (shown["version"], shown["leaf"], shown["data"]) == (6, original["leaf"], original["data"])


def test_refused_lines_are_reported_with_the_same_fields(cli: Cli) -> None:
    """JSON output has one object for each faulty stream."""
    text = '{"stream": "order/o-1", "version": 1, "type": "Fled", "data": {}, "time": "2024-05-01T09:01:00Z"}'
    result = cli("import", "-", "--dry-run", "--definitions", TODAY, "-f", "json", input=text)
    [fault] = documents(result.stdout)
    assert (result.exit_code, fault.keys(), fault["line"]) == (1, {"stream", "line", "reason"}, 1)
