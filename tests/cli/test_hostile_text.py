"""Hostile text from authors and senders cannot move the cursor, forge lines or reverse text in any output."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
import yaml

from tests.cli.commands import Cli, envelope

HOSTILE = "a\x1b[35m\r\nFORGED\x7f\x85\x9b2J\u2028\u2029\u202e\u2066\u200f\ufeff|`<b>"
COLOURS = re.compile(r"\x1b\[(0|1|38;5;\d+)m")  # colours that the program prints
TEXT = json.dumps(HOSTILE)
MACHINE = f"""
machine: note
initial: open
description: {TEXT}
commands:
  Write:
    description: {TEXT}
    payload: {{text: {{type: string, description: {TEXT}, examples: [{TEXT}]}}}}
  Shut: {{}}
events:
  Written: {{payload: {{text: string}}, set: {{text: event.text}}}}
  Closed: {{}}
data:
  text: {{type: string, default: {TEXT}, maxLength: 99}}
invariants:
  - {{check: "data.text != 'no'", message: {TEXT}}}
states:
  open:
    description: {TEXT}
    accepts:
      Write:
        - {{guard: {json.dumps(f"command.text == {TEXT}")}, emit: Written}}
        - {{guard: command.text == 'no', emit: Written}}
        - {{reject: NOT_THIS, message: {TEXT}}}
      Shut: {{emit: Closed, target: shut}}
  shut: {{final: true}}
"""
CHANGED = MACHINE.replace("set: {text: event.text}", f"set: {{text: {json.dumps(TEXT + ' + event.text')}}}")
BROKEN = f"""
machine: note
initial: {TEXT}
{TEXT}: 1
states: {{{TEXT}: {{accepts: {{Go: {TEXT}}}}}, s: {{description: {TEXT}, accepts: {{}}}}}}
"""
TRAP = "{machine: trap, initial: on, description: 'a\u202e\u200f', states: {on: {final: true}}}\n"
SCENARIOS = f"""
machine: note
scenarios:
  - name: {TEXT}
    when: {{command: Write, data: {{text: {TEXT}}}}}
    then: {{refused: {TEXT}}}
"""
WRITE = envelope("c-1", "note", "n-1", "Write", {"text": HOSTILE}, actor={"id": HOSTILE, "roles": [HOSTILE]})
REFUSED = envelope("c-2", "note", "n-1", "Write", {"text": "x"}, correlation_id=HOSTILE)
INVALID = envelope("c-3", "note", "n-1", HOSTILE, {HOSTILE: HOSTILE})
STORE = ("--db", "events.db", "--definitions", "old")
DATA = ("--data", json.dumps({"text": HOSTILE}))

RUNS = {
    **{
        f"check {format}": ("check", "broken", "-f", format)
        for format in ("text", "json", "jsonl", "github", "gitlab", "junit", "markdown", "sarif")
    },
    "check diff": ("check", "trap", "--diff"),
    "check good": ("check", "old"),
    **{
        f"compat {format}": ("compat", "old", "new", "-f", format)
        for format in ("text", "json", "jsonl", "github", "gitlab", "junit", "markdown", "sarif")
    },
    "compat broken": ("compat", "old", "broken", "-f", "markdown"),
    **{
        f"test {format}": ("test", "old", "--coverage", "-f", format)
        for format in ("text", "json", "github", "gitlab", "junit", "markdown")
    },
    "test -k": ("test", "old", "-k", HOSTILE * 2),
    "generate": ("test", "new", "--generate"),
    "mutate": ("test", "passing", "--mutate", "-f", "markdown"),
    **{
        f"verify {format}": ("verify", "new", "--db", "events.db", "--against", "old", "-f", format)
        for format in ("text", "json", "jsonl", "github", "gitlab", "junit", "markdown")
    },
    **{
        f"{command} {format}": (command, "note/n-1", *STORE, "-f", format)
        for command in ("show", "history")
        for format in ("text", "json")
    },
    "history --at": ("history", "note/n-1", *STORE, "--at", 1),
    **{
        f"why {format} {text}": (
            *("why", "note/n-1", "Write", *STORE, "--data", json.dumps({"text": text}), "-f", format),
            *("--role", HOSTILE, "--actor", HOSTILE),
        )
        for format in ("text", "json")
        for text in (HOSTILE, "no", "x")
    },
    "why unknown": ("why", f"note/{HOSTILE}", HOSTILE, *STORE),
    **{
        f"diagram {format}": ("diagram", "new/note.machine.yaml", "--against", "old", "-f", format)
        for format in ("mermaid", "dot", "table", "markdown")
    },
    **{
        f"run {format}": ("run", "-", "--definitions", "old", "--verbose", "-f", format)
        for format in ("text", "json")
    },
    "run --debug": ("--debug", "run", "-", "--definitions", "old"),
    "eval": ("eval", "data", "--data", TEXT),
    "eval error": ("eval", f"timestamp({TEXT})"),
    "eval syntax": ("eval", HOSTILE),
    "no such command": (HOSTILE,),
    "no such option": ("check", f"--{HOSTILE}"),
    "no such file": ("check", HOSTILE),
    "no such machine": ("show", HOSTILE, *STORE),
    "import": ("import", "-", *STORE),
}


@pytest.fixture
def project(cli: Cli, tmp_path: Path) -> Cli:
    """Definitions with hostile text in every possible place, and a stored stream that contains it."""
    texts = {"old": MACHINE, "new": CHANGED, "broken": BROKEN, "passing": MACHINE, "trap": TRAP}
    for folder, text in texts.items():
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "note.machine.yaml").write_text(text)
    (tmp_path / "old" / "note.scenarios.yaml").write_text(SCENARIOS)
    passing = SCENARIOS.replace(f"refused: {TEXT}", "state: open")
    (tmp_path / "passing" / "note.scenarios.yaml").write_text(passing)
    cli("run", "-", *STORE, input=WRITE)
    return cli


def unseen(text: str) -> set[str]:
    """Return every invisible character except line breaks and tabs."""
    return {f"U+{ord(one):04X}" for one in text if one not in "\n\t" and not one.isprintable()}


def raw(text: str) -> set[str]:
    """Return the invisible characters and the forged lines."""
    return unseen(text) | {line for line in text.split("\n") if line.startswith("FORGED")}


@pytest.mark.slow
@pytest.mark.parametrize("terminal", [False, True], ids=["pipe", "terminal"])
@pytest.mark.parametrize("name", RUNS)
def test_nothing_invisible_reaches_the_output(project: Cli, name: str, terminal: bool) -> None:
    """Stdout and stderr contain no invisible characters or forged lines, with or without colours."""
    lines = "\n".join((WRITE, REFUSED, INVALID))
    result = project(*RUNS[name], input=lines, terminal=terminal)
    assert raw(COLOURS.sub("", result.stdout)) == set()
    assert raw(COLOURS.sub("", result.stderr)) == set()
    assert (result.exit_code in (0, 1, 2), bool(result.output)) == (True, True), result.output


@pytest.mark.parametrize("command", ["show", "history"])
def test_json_contains_the_original_text(project: Cli, command: str) -> None:
    """JSON escapes decode to the stored text."""
    document = json.loads(project(command, "note/n-1", *STORE, "-f", "json").stdout.splitlines()[0])
    assert document["data"]["text"] == HOSTILE


def test_a_page_contains_no_invisible_character(project: Cli, tmp_path: Path) -> None:
    """Authors' descriptions are escaped in the pages and in the AsyncAPI document."""
    assert project("docs", "old", "--into", "site").exit_code == 0
    pages = {path.name: path.read_text() for path in (tmp_path / "site").iterdir()}
    assert len(pages) == 3
    assert [name for name, text in pages.items() if unseen(text)] == []
    assert yaml.safe_load(pages["asyncapi.yaml"])["info"]["description"] == HOSTILE


def test_a_report_in_a_file_contains_no_invisible_character(project: Cli) -> None:
    """A report file is escaped because it may be printed later."""
    project("check", "broken", "-f", "text:report")
    assert raw(Path("report").read_text()) == set()


def test_a_file_name_with_arbitrary_bytes_is_shown_escaped(cli: Cli, tmp_path: Path) -> None:
    """A file name with invalid UTF-8 and control characters is escaped in every report."""
    name = os.fsdecode(b"bad\xff\x1b[35m\nFORGED.machine.yaml")
    (tmp_path / name).write_text(BROKEN)
    for format in ("text", "json", "github", "junit", "markdown", "sarif"):
        result = cli("check", ".", "-f", format)
        assert (result.exit_code, raw(result.stdout), raw(result.stderr)) == (1, set(), set())
