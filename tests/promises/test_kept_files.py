"""Files that users keep: baselines, acceptances, configuration and states of verifications."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands import Cli
from tests.promises.files import GOLDEN, TODAY, golden_document, golden_text


@pytest.fixture
def project(cli: Cli) -> Cli:
    """The command line in a folder with the golden files."""
    shutil.copytree(GOLDEN / "files", Path(), dirs_exist_ok=True)
    return cli


def test_a_baseline_of_format_1_covers_the_same_findings(project: Cli) -> None:
    """A baseline of format 1 matches findings by the messages of version 0.1.0."""
    result = project("check", "old.machine.yaml", "--baseline", "known.json", "--format", "json")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["findings"], len(report["suppressed"])) == (0, [], 5)


def test_every_message_of_version_1_is_recognised(cli: Cli) -> None:
    """A baseline with every kind of mistake covers all warnings and notes, and no entry is unused."""
    shutil.copytree(GOLDEN / "baseline", Path(), dirs_exist_ok=True)
    result = cli("check", ".", "--baseline", "known.json", "--format", "json")
    report = json.loads(result.stdout)
    assert [one["message"] for one in report["findings"] if one["severity"] != "error"] == []
    assert "no longer found" not in result.stderr


def test_a_former_message_covers_no_other_finding(project: Cli) -> None:
    """An entry does not cover a finding about a different name."""
    Path("old.machine.yaml").write_text(Path("old.machine.yaml").read_text().replace("jammed", "stuck"))
    result = project("check", "old.machine.yaml", "--baseline", "known.json", "--format", "json")
    assert [one["code"] for one in json.loads(result.stdout)["findings"]] == ["SW103"]


def test_white_space_in_a_name_does_not_hide_a_former_message(cli: Cli) -> None:
    """An entry of format 1 matches a name that contains two consecutive spaces."""
    text = "machine: m\ninitial: a  b\nstates: {a  b: {accepts: {Go: c}}, c: {final: true}}\n"
    Path("door.machine.yaml").write_text(text)
    message = 'state "a  b" is not in snake_case, as the house style has it'
    entry = {"file": "door.machine.yaml", "code": "SW702", "message": message, "count": 1}
    Path("known.json").write_text(json.dumps({"baseline": 1, "findings": [entry]}))
    result = cli("check", "door.machine.yaml", "--baseline", "known.json", "--format", "json")
    assert [one["code"] for one in json.loads(result.stdout)["suppressed"]] == ["SW702"]


def test_a_baseline_of_format_2_covers_the_same_findings(project: Cli) -> None:
    """A baseline of format 2 matches findings by file, code, place and names."""
    result = project("check", "old.machine.yaml", "--baseline", "known_2.json", "--format", "json")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["findings"], len(report["suppressed"])) == (0, [], 5)


def test_a_baseline_is_written_in_the_same_form(project: Cli) -> None:
    """A new baseline is sorted and has one entry per line, which keeps diffs small."""
    result = project("check", "old.machine.yaml", "--baseline", "new.json", "--write-baseline")
    assert (result.exit_code, Path("new.json").read_text()) == (0, golden_text("files/known_2.json"))


def test_an_acceptance_holds_for_the_same_change(project: Cli) -> None:
    """The acceptance file is found by default and covers its change by machine, rule and location."""
    result = project("compat", "old.machine.yaml", "new.machine.yaml")
    assert (result.exit_code, "accepted: 1" in result.stderr) == (0, True)


def test_without_the_acceptance_the_same_change_fails(project: Cli) -> None:
    """Without the file, `compat` fails and prints the acceptance to add."""
    Path("compat.accepted.yaml").unlink()
    result = project("compat", "old.machine.yaml", "new.machine.yaml", "--format", "jsonl")
    verdicts = [json.loads(line) for line in result.stdout.splitlines()]
    [verdict] = [one for one in verdicts if one["certain"]]
    assert (result.exit_code, verdict["accept"]) == (1, golden_text("files/acceptance.txt").rstrip("\n"))


@pytest.mark.parametrize(("file", "name"), [("own", "statewright.toml"), ("shared", "pyproject.toml")])
def test_a_configuration_has_the_same_effect(project: Cli, file: str, name: str) -> None:
    """The configuration leads to the same severities and the same exit code."""
    shutil.copy(f"configured/{file}.toml", name)
    result = project("check", "old.machine.yaml", "--format", "json")
    found = [[one["code"], one["severity"]] for one in json.loads(result.stdout)["findings"]]
    assert (result.exit_code, found) == (1, golden_document("files/configured/findings.json"))


def test_a_verification_resumes_from_an_older_state(project: Cli, golden_db: Path) -> None:
    """The report includes the streams and events that an earlier run had verified."""
    state = golden_document("files/verification.json") | {"log": str(golden_db.resolve())}
    Path("state.json").write_text(json.dumps(state))
    result = project("verify", TODAY, "--db", golden_db, "--state", "state.json", "--format", "json")
    report = json.loads(result.stdout)
    assert (report["streams"], report["events"]) == (1000 + 6, 2000 + 13)
    assert not Path("state.json").exists()


def test_the_state_of_a_verification_is_written_in_the_same_form(cli: Cli, many_doors: Path) -> None:
    """An interrupted run writes a state from which the next run resumes."""
    result = cli("verify", TODAY, "--db", many_doors, "--state", "state.json")
    state: dict[str, Any] = json.loads(Path("state.json").read_text())
    assert result.exit_code == 2
    assert state.pop("log") == str(many_doors.resolve())
    assert state == golden_document("files/verification_written.json")


@pytest.fixture
def many_doors(cli: Cli) -> Path:
    """A store with enough streams that a verification has progressed before it reaches the damage."""
    lines = [
        {"stream": f"door/d-{n:03}", "version": 1, "type": "Open", "data": {}, "time": "2026-01-01T00:00:00Z"}
        for n in range(250)
    ]
    text = "\n".join(map(json.dumps, lines))
    assert cli("import", "-", "--db", "doors.db", "--definitions", TODAY, input=text).exit_code == 0
    with closing(sqlite3.connect("doors.db")) as connection, connection:
        connection.execute("UPDATE commits SET record = CAST(x'ff' AS TEXT) WHERE stream > 'door/d-220'")
    return Path("doors.db")
