"""Where `test` and `compat` start to search: the initial state, scenarios and, on request, stored streams."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.commands import Cli, documents, envelope

SAFE = """\
machine: safe
initial: shut
data: {code: {type: string, default: none}}
commands:
  Enter: {payload: {code: {type: string, pattern: "^[A-Z]{4}[0-9]{4}$"}}}
  Leave:
events:
  Entered: {payload: {code: string}, set: {code: event.code}}
  Left: {}
states:
  shut: {accepts: {Enter: {emit: Entered, target: inside}}}
  inside: {accepts: {Leave: {guard: "data.code.matches('^[A-Z]{4}[0-9]{4}$')", emit: Left, target: shut}}}
"""
ENTERS = """\
machine: safe
scenarios:
  - name: the code opens
    when: {command: Enter, data: {code: QXVB7391}}
    then: {events: [Entered]}
"""
OTHER = (
    SAFE.replace("machine: safe", "machine: safe\nversion: 2")
    .replace("emit: Left,", "emit: Fled,")
    .replace("Left: {}", "Left: {retired: [{from: inside, target: shut}]}\n  Fled: {}")
)


@pytest.fixture
def safe(tmp_path: Path) -> Path:
    """Create a machine whose inner state no search reaches, because it cannot guess the code."""
    (tmp_path / "safe.machine.yaml").write_text(SAFE)
    return tmp_path


@pytest.fixture
def db(cli: Cli, safe: Path) -> Path:
    """Store three streams of the machine, one of which has left the inner state again."""
    commands = [
        envelope(f"{name}-1", "safe", name, "Enter", {"code": "QXVB7391"}) for name in ("a", "b", "c")
    ]
    lines = "\n".join([*commands, envelope("c-2", "safe", "c", "Leave")])
    assert cli("run", "-", "--definitions", ".", "--db", "events.db", input=lines).exit_code == 0
    return safe / "events.db"


def unreached(cli: Cli, *arguments: object) -> set[str]:
    """Return the goals that `--generate` did not reach."""
    result = cli("test", "safe.machine.yaml", "--generate", "-f", "json", *arguments)
    found = documents(result)[-1]["unreached"]
    assert result.exit_code == (1 if found else 0)
    return {one["what"] for one in found}


def test_an_unreached_goal_is_reported(cli: Cli, safe: Path) -> None:
    """The goal is listed, and the exit code is 1."""
    assert "Leave: emit Left, go to shut" in unreached(cli)


def test_a_search_starts_at_the_states_that_scenarios_reach(cli: Cli, safe: Path) -> None:
    """The command of a scenario also leads to such a state."""
    (safe / "safe.scenarios.yaml").write_text(ENTERS)
    assert "Leave: emit Left, go to shut" not in unreached(cli)


def test_a_search_starts_at_stored_streams_on_request(cli: Cli, db: Path) -> None:
    """The store is not changed."""
    before = db.read_bytes()
    assert "Leave: emit Left, go to shut" not in unreached(cli, "--from-store", "--db", "events.db")
    assert db.read_bytes() == before


def test_scenarios_from_stored_streams_pass(cli: Cli, db: Path) -> None:
    """The given events of these scenarios are the stored events."""
    cli("test", "safe.machine.yaml", "--generate", "--write", "--from-store", "--db", "events.db")
    result = cli("test")
    assert (result.exit_code, "all passed" in result.stderr) == (0, True)


def test_mutants_are_tried_at_stored_streams(cli: Cli, db: Path) -> None:
    """A mutant that was not tried before is now tried, and the explanation shows the history."""
    found = {}
    for arguments in ([], ["--from-store", "--db", "events.db"]):
        rows = documents(cli("test", "safe.machine.yaml", "--mutate", "-f", "json", *arguments))
        [row] = [row for row in rows if row.get("change") == "Leave: drop the only branch"]
        found[len(arguments)] = row
    assert (found[0]["status"], found[0]["state"]) == ("not tried", "inside")
    assert found[3]["explanation"].endswith("in inside at version 1, after Entered")


def test_a_stream_that_does_not_fold_is_skipped_and_counted(cli: Cli, db: Path) -> None:
    """The search starts at the other streams."""
    other = SAFE.replace("emit: Left", "emit: Gone").replace("Left: {}", "Gone: {}")
    Path("safe.machine.yaml").write_text(other)
    result = cli("test", "safe.machine.yaml", "--generate", "--from-store", "--db", "events.db")
    assert "also searching from 2 stored streams; skipped 1 stream that did not fold" in result.stderr


def answers(cli: Cli, *arguments: object) -> list[tuple[str, bool]]:
    """Return the verdicts of `compat` on the command in the inner state: location and certainty."""
    result = cli("compat", "safe.machine.yaml", "new", "-f", "json", *arguments)
    verdicts = json.loads(result.stdout)["verdicts"]
    return [(one["location"], one["certain"]) for one in verdicts if "Leave" in one["location"]]


@pytest.mark.parametrize("side", [".", "new"])
def test_compat_starts_at_the_scenarios_of_either_version(cli: Cli, safe: Path, side: str) -> None:
    """Their events are folded as the old version stores them."""
    (safe / "new").mkdir()
    (safe / "new/safe.machine.yaml").write_text(OTHER)
    assert ("states.inside.accepts.Leave", True) not in answers(cli)
    (safe / side / "safe.scenarios.yaml").write_text(ENTERS)
    assert ("states.inside.accepts.Leave", True) in answers(cli)


def test_compat_starts_at_stored_streams_on_request(cli: Cli, db: Path) -> None:
    """The break behind the unguessable code becomes certain."""
    (db.parent / "new").mkdir()
    (db.parent / "new/safe.machine.yaml").write_text(OTHER)
    assert ("states.inside.accepts.Leave", True) in answers(cli, "--from-store", "--db", "events.db")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["test", "--generate", "--from-store"], "--from-store requires --db FILE or --table NAME"),
        (["test", "--mutate", "--table", "events"], "--db and --table require --from-store"),
        (["test", "--from-store", "--table", "events"], "--from-store requires --generate or --mutate"),
        (["compat", "a", "b", "--table", "events"], "--db and --table require --from-store"),
    ],
)
def test_a_store_and_from_store_require_each_other(cli: Cli, arguments: list[str], reason: str) -> None:
    """The message names the missing option."""
    result = cli(*arguments)
    assert (reason in result.stderr, result.exit_code) == (True, 2)
