"""`history` shows the stored events of an aggregate, and `show` its current state."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from statewright.cli.shared.event_history import recorded_events
from statewright.runtime.streams import COMMITS_PER_PAGE
from statewright.stores.memory import MemoryStore
from statewright.stores.record import Commit, DefinitionStamp, StoredCommand, StoredEvent
from statewright.stores.rules import absent
from tests.cli.commands import CONFIG, Cli, documents, envelope

TIME = "2026-03-01T12:00:00.000000Z"


def test_history_shows_each_event_with_its_cause_and_data(cli: Cli, db: Path) -> None:
    """Each event takes two lines: its columns and its data."""
    _, header, first, data, *_ = cli("history", "order/o-1", "--db", db).stdout.splitlines()
    assert header.split() == ["VERSION", "TIME", "EVENT", "STATE", "COMMAND", "ACTOR"]
    version, _time, *rest = first.split()
    assert (version, rest) == ("1", ["OrderPlaced", "awaiting_payment", "c-1", "u-4"])
    assert data.strip() == '{"total":1000}'


def test_history_as_json_is_one_object_per_event(cli: Cli, db: Path) -> None:
    """Each object contains the published id of the event, the command id and the data."""
    events = documents(cli("history", "order/o-1", "--db", db, "--format", "json"))
    assert [event["id"] for event in events] == [f"order/o-1/{version}" for version in (1, 2, 3)]
    assert [event["command_id"] for event in events] == ["c-1", "c-2", "c-3"]
    assert events[1]["data"] == {"amount": 400}


def test_history_shows_a_recorded_refusal(cli: Cli, db: Path) -> None:
    """A refused command that took a version is shown with its outcome."""
    refusal = documents(cli("history", "account/a-1", "--db", db, "--format", "json"))[-1]
    assert (refusal["type"], refusal["outcome"]) == ("$refused", "INSUFFICIENT_FUNDS")


@pytest.mark.parametrize(("at", "paid", "leaf"), [(1, 0, "awaiting_payment"), (2, 400, "awaiting_payment")])
def test_at_stops_at_the_version_and_shows_state(cli: Cli, db: Path, at: int, paid: int, leaf: str) -> None:
    """`--at` can stop within a commit; here one commit contains all three events."""
    options = ("--db", db, "--definitions", CONFIG, "--format", "json")
    *events, last = documents(cli("history", "order/o-1", "--at", at, *options))
    assert len(events) == at
    assert last == {"state": {"version": at, "leaf": leaf, "data": {"total": 1000, "paid": paid}}}


def test_at_a_version_beyond_the_stream_exits_2(cli: Cli, db: Path) -> None:
    """The error reports the last version of the stream."""
    result = cli("history", "order/o-1", "--at", 4, "--db", db, "--definitions", CONFIG)
    assert (result.exit_code, "ends at version 3" in result.stderr, result.stdout) == (2, True, "")


def test_history_needs_no_definitions(cli: Cli, db: Path) -> None:
    """`history` prints stored events without loading definitions."""
    assert cli("history", "order/o-1", "--db", db).exit_code == 0


def test_a_stream_longer_than_a_page_is_read_whole() -> None:
    """Every version is returned once, in order, with the command that caused it."""
    store, head = MemoryStore(), absent("order/o-1")
    for first in range(1, 3 * COMMITS_PER_PAGE, 2):
        causes = tuple(StoredCommand(f"c-{first + n}", "", "accepted", 1) for n in range(2))
        event = StoredEvent("E", "{}", "a")
        commit = Commit("order/o-1", first, TIME, DefinitionStamp(1, ""), causes, (event, event))
        head = store.append(head, commit)
    found = [(entry.version, entry.command.id) for entry in recorded_events(store, "order/o-1")]
    assert found == [(version, f"c-{version}") for version in range(1, 3 * COMMITS_PER_PAGE + 1)]


@pytest.mark.parametrize("command", ["show", "history", "why"])
def test_an_unreadable_commit_is_named_with_its_field(cli: Cli, db: Path, command: str) -> None:
    """The error names the stream, the version and the unreadable field."""
    text = (
        "update commits set time = 'x', record = json_set(record, '$.time', 'x') where stream = 'order/o-1'"
    )
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute(text)
    rest = () if command == "history" else ("--definitions", CONFIG)
    result = cli(command, "order/o-1", *(["Pay"] if command == "why" else []), "--db", db, *rest)
    assert 'order/o-1 is corrupt at version 1: unreadable record: "time" is not an' in result.stderr
    assert result.exit_code == 2


def test_an_unreadable_payload_is_named_with_its_version(cli: Cli, db: Path) -> None:
    """`history --format json` reports the version of an event whose data is invalid JSON."""
    text = "update commits set record = json_set(record, '$.events[1].data', '{') where stream = 'order/o-1'"
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute(text)
    result = cli("history", "order/o-1", "--db", db, "--format", "json")
    assert 'order/o-1 is corrupt at version 2: the "data" of event' in result.stderr
    assert result.exit_code == 2


def test_an_actor_cannot_move_the_cursor(run: Cli, cli: Cli) -> None:
    """Control characters in an actor id are printed as escapes."""
    actor = {"id": "\u001b[2J\nroot"}
    run("-", "--db", "e.db", input=envelope("c-1", "order", "o-1", "PlaceOrder", {"total": 1}, actor=actor))
    assert "\\x1b[2J\\nroot" in cli("history", "o-1", "--db", "e.db").stdout


def test_show_prints_state_data_and_accepted_commands(cli: Cli, db: Path) -> None:
    """`show` prints the state, the version, the data and the commands that are accepted now."""
    result = cli("show", "order/o-1", "--db", db, "--definitions", CONFIG)
    shown = dict(line.split(maxsplit=1) for line in result.stdout.splitlines()[1:] if "accepts" not in line)
    assert (shown["state"], shown["version"], shown["data.paid"]) == ("fulfilment.picking", "3", "1000")
    assert "accepts now  Cancel, Pack\n" in result.stdout


def test_show_as_json_contains_the_same(cli: Cli, db: Path) -> None:
    """The document also contains the digest of the definition that made the last decision."""
    [shown] = documents(cli("show", "order/o-1", "--db", db, "--definitions", CONFIG, "--format", "json"))
    assert (shown["leaf"], shown["accepts_now"]) == ("fulfilment.picking", ["Cancel", "Pack"])
    assert shown["definition"] == shown["decided_by"]


def test_show_lists_running_timeouts(cli: Cli, run: Cli, db: Path) -> None:
    """Each running timeout is listed with its command, its delay and the state that declares it."""
    placed = envelope("c-9", "order", "o-9", "PlaceOrder", {"total": 5})
    run("-", "--db", db, input=placed)
    shown = cli("show", "order/o-9", "--db", db, "--definitions", CONFIG).stdout
    assert "ExpirePayment, 1 day after entering awaiting_payment" in shown
    [document] = documents(cli("show", "order/o-9", "--db", db, "--definitions", CONFIG, "--format", "json"))
    timeout = {"state": "awaiting_payment", "after_seconds": 86_400, "command": "ExpirePayment"}
    assert document["timeouts"] == [timeout]


def test_show_names_another_definition_that_decided_last(cli: Cli, db: Path, tmp_path: Path) -> None:
    """`show` prints both the current definition version and the version that made the last decision."""
    text = (CONFIG / "order.machine.yaml").read_text().replace("version: 3", "version: 4")
    (tmp_path / "order.machine.yaml").write_text(text)
    result = cli("show", "order/o-1", "--db", db, "--definitions", tmp_path)
    assert "definition   version 4" in result.stdout
    assert "decided by   version 3" in result.stdout


def test_a_bare_id_is_enough_if_one_machine_has_it(cli: Cli, db: Path) -> None:
    """An id without a machine selects the only aggregate with that id."""
    assert cli("history", "o-1", "--db", db).stdout == cli("history", "order/o-1", "--db", db).stdout


def test_a_bare_id_of_two_machines_exits_2_with_both(cli: Cli, run: Cli, db: Path) -> None:
    """An ambiguous id is an error that lists the matching aggregates."""
    run("-", "--db", db, input=envelope("c-9", "door", "o-1", "Open"))
    result = cli("history", "o-1", "--db", db)
    assert (result.exit_code, '"o-1" is ambiguous: door/o-1 or order/o-1' in result.stderr) == (2, True)


@pytest.mark.parametrize(("asked", "offered"), [("order/o-2", "order/o-1"), ("a-2", "a-1")])
def test_an_unknown_aggregate_exits_1_with_the_nearest_name(
    cli: Cli, db: Path, asked: str, offered: str
) -> None:
    """An unknown aggregate is a negative result, not a usage error."""
    result = cli("history", asked, "--db", db)
    assert result.exit_code == 1
    assert f'no such aggregate "{asked}"; did you mean "{offered}"?' in result.stderr


def test_reading_creates_no_file(cli: Cli, tmp_path: Path) -> None:
    """A missing event file is an error, not an empty store."""
    assert cli("history", "order/o-1", "--db", "missing.db").exit_code == 2
    assert not (tmp_path / "missing.db").exists()


def test_an_empty_file_stays_empty(cli: Cli, tmp_path: Path) -> None:
    """Reading an empty file reports an error and does not turn it into a database."""
    (tmp_path / "empty.db").touch()
    result = cli("show", "order/o-1", "--db", "empty.db")
    assert (result.exit_code, "is empty" in result.stderr) == (2, True)
    assert (tmp_path / "empty.db").read_bytes() == b""


def test_a_machine_without_definition_exits_2(cli: Cli, db: Path, tmp_path: Path) -> None:
    """`show` cannot fold the events of an undeclared machine."""
    (tmp_path / "other").mkdir()
    shutil.copy(CONFIG / "door.machine.yaml", tmp_path / "other")
    result = cli("show", "order/o-1", "--db", db, "--definitions", "other")
    assert (result.exit_code, 'declares machine "order"' in result.stderr) == (2, True)
