"""The command line in a real terminal of 80 columns."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests.cli.commands import CONFIG

pty = pytest.importorskip("pty", reason="Windows has no pseudo-terminals")

MACHINES = sorted(CONFIG.glob("*.machine.yaml"))


def in_terminal(*arguments: object, **variables: str) -> str:
    """Return the output of the program in a terminal of 80 columns."""
    import fcntl
    import struct
    import termios

    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environment = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "NO_COLOR")}
    command = [sys.executable, "-m", "statewright.cli", *map(str, arguments)]
    process = subprocess.Popen(command, stdout=inner, stderr=inner, env=environment | variables)
    os.close(inner)
    chunks = []
    try:
        while chunk := os.read(outer, 4096):
            chunks.append(chunk)
    except OSError:  # raised by Linux when the other side is closed
        pass
    process.wait()
    os.close(outer)
    return b"".join(chunks).decode()


@pytest.mark.parametrize("machine", MACHINES, ids=lambda path: path.name.partition(".")[0])
def test_the_table_of_a_machine_fits_80_columns(machine: object) -> None:
    """Long cells are wrapped."""
    lines = click.unstyle(in_terminal("diagram", machine, "-f", "table")).splitlines()
    assert len(lines) > 2
    assert max(map(len, lines)) <= 80


def test_the_rules_fit_80_columns() -> None:
    """This is the longest table of the program."""
    assert max(map(len, click.unstyle(in_terminal("rules")).splitlines())) <= 80


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_a_terminal_gets_colours_unless_it_or_its_user_disables_them(variables: dict[str, str]) -> None:
    """The variable is described at https://no-color.org."""
    assert "\x1b[" in in_terminal("rules", "SW102", TERM="xterm")
    assert "\x1b" not in in_terminal("rules", "SW102", **variables)


@pytest.mark.parametrize(
    ("variables", "erased"), [({"TERM": "dumb"}, False), ({"TERM": "xterm", "NO_COLOR": "1"}, True)], ids=str
)
def test_progress_is_erased_or_not_shown(tmp_path: Path, variables: dict[str, str], erased: bool) -> None:
    """NO_COLOR does not affect it; a terminal that cannot erase a line shows no progress."""
    db = tmp_path / "e.db"
    in_terminal("run", CONFIG / "demo" / "sqs-event.json", "--db", db, "--definitions", CONFIG)
    shown = in_terminal("verify", CONFIG, "--db", db, **variables)
    assert ("\r\x1b[2KMACHINE" in shown, "\r\x1b" in shown) == (erased, erased)


def test_the_outcomes_of_an_event_fit_80_columns(tmp_path: Path) -> None:
    """The reasons are printed below their rows."""
    event = CONFIG / "demo" / "sqs-event.json"
    lines = click.unstyle(in_terminal("run", event, "--definitions", CONFIG, TERM="dumb")).splitlines()
    outcomes = lines[1 : lines.index("")]
    assert max(map(len, outcomes)) <= 80
    assert "    The balance does not cover this amount." in outcomes
