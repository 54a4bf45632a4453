"""Every command that folds events reads those of earlier definition versions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands import Cli, documents, envelope

BEFORE = """
machine: till
initial: open
data: {taken: {type: integer, default: 0}}
commands: {Pay: {payload: {amount: integer}}}
events:
  Paid:
    payload: {amount: integer}
    set: {taken: data.taken + event.amount}
states:
  open:
    accepts:
      Pay:
        - {guard: data.taken >= 500, reject: TILL_IS_FULL}
        - {emit: Paid}
"""
AFTER = BEFORE.replace("initial: open", "version: 2\ninitial: open").replace(
    "  Paid:\n", "  Paid:\n    version: 2\n    upcast: {1: {amount: event.amount * 100}}\n"
)


def pay(id: str, amount: int) -> str:
    return envelope(id, "till", "t-1", "Pay", {"amount": amount})


@pytest.fixture
def till(cli: Cli, tmp_path: Path) -> Path:
    """A till that was paid 3 under the first version, and then the definition of the second version."""
    definition = tmp_path / "config" / "till.machine.yaml"  # the default of --definitions
    definition.parent.mkdir()
    definition.write_text(BEFORE)
    assert cli("run", "-", "--db", "e.db", input=pay("c-1", 3)).exit_code == 0
    definition.write_text(AFTER)
    return definition


def printed(cli: Cli, *arguments: object, input: str | None = None) -> list[Any]:
    """Return the JSON output of the command."""
    return documents(cli(*arguments, "--db", "e.db", "--format", "json", input=input))


@pytest.mark.usefixtures("till")
def test_show_folds_the_upcast_event(cli: Cli) -> None:
    """The upcast multiplies the stored amount by 100."""
    [shown] = printed(cli, "show", "till/t-1")
    assert shown["data"] == {"taken": 300}


@pytest.mark.usefixtures("till")
def test_the_handler_continues_after_upcast_events(cli: Cli) -> None:
    """A command is decided on the upcast events and emits one of the new version."""
    [done] = printed(cli, "run", "-", input=pay("c-2", 50))
    assert (done["code"], done["version"]) == ("ACCEPTED", 2)
    [shown] = printed(cli, "show", "till/t-1")
    assert shown["data"] == {"taken": 350}


@pytest.mark.usefixtures("till")
def test_history_shows_stored_payloads(cli: Cli) -> None:
    """Payload and version are shown as stored, and the state as the current definition folds it."""
    cli("run", "-", "--db", "e.db", input=pay("c-2", 50))
    *events, end = printed(cli, "history", "till/t-1", "--at", 2)
    assert [(event["data"], event["event_version"]) for event in events] == [
        ({"amount": 3}, 1),
        ({"amount": 50}, 2),
    ]
    assert end["state"]["data"] == {"taken": 350}


@pytest.mark.usefixtures("till")
def test_why_uses_upcast_events(cli: Cli) -> None:
    """The guard reads data that was folded from upcast events."""
    cli("run", "-", "--db", "e.db", input=pay("c-2", 200))
    [judged] = printed(cli, "why", "till/t-1", "Pay", "--data", '{"amount": 1}')
    assert judged["code"] == "TILL_IS_FULL"
    assert judged["branches"][0]["saw"] == {"data.taken": 500}


@pytest.mark.usefixtures("till")
def test_a_printed_history_can_be_imported_under_the_new_version(cli: Cli, tmp_path: Path) -> None:
    """Imported events are stored in the current event version."""
    cli("run", "-", "--db", "e.db", input=pay("c-2", 50))
    keys = ("version", "type", "event_version", "data", "time", "command_id")
    stored = printed(cli, "history", "till/t-1")
    lines = [json.dumps({"stream": "till/t-1"} | {key: event[key] for key in keys}) for event in stored]
    (tmp_path / "export.jsonl").write_text("\n".join(lines))
    assert cli("import", "export.jsonl", "--db", "copy.db").exit_code == 0
    copied = documents(cli("history", "till/t-1", "--db", "copy.db", "--format", "json"))
    assert [(event["data"]["amount"], event["event_version"]) for event in copied] == [(300, 2), (50, 2)]


def test_a_stream_whose_event_cannot_be_upcast_is_named(cli: Cli, till: Path) -> None:
    """The error contains the stream, the event and its version."""
    till.write_text(AFTER.replace("event.amount * 100", "event.euros * 100"))
    shown = cli("show", "till/t-1", "--db", "e.db")
    assert (
        'till/t-1 at version 1: event "Paid": the upcast from version 1 fails: cannot compute field "amount" '
        in shown.stderr
    )
    assert shown.exit_code != 0
