"""`statewright verify` in real processes: threads, terminals and kills."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from threading import Barrier
from typing import Any

import boto3
import pytest

from tests.cli.commands import Cli, envelope
from tests.cli.test_processes import ENVIRONMENT, PATIENCE_SECONDS
from tests.emulators.clients import client_of, environment_of, new_table

pytestmark = pytest.mark.slow

DOOR = """
machine: door
initial: shut
states: {shut: {accepts: {Open: open}}, open: {accepts: {Close: shut}}}
"""
STICKS = DOOR.replace("Open: open", "Open: {emit: Open}")
LINES = "\n".join(envelope(f"c-{n}", "door", f"d-{n:02}", "Open") for n in range(30))

RUN = "from statewright.cli.__main__ import run\nrun()"

# Kills itself in the third of five batches; until then, it saves its state after every batch.
RUN_UNTIL_KILLED = f"""
import os, signal
from statewright.cli.verify import verification
from statewright.evolution.verify import segments

whole_log = segments.verify_log

def verify_log(*arguments, **options):
    for number, batch in enumerate(whole_log(*arguments, **options)):
        if number == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        yield batch

segments.STREAMS_PER_BATCH = 7
verification.SECONDS_BETWEEN_SAVES = 0.0
segments.verify_log = verify_log
{RUN}
"""


@pytest.fixture(autouse=True)
def definition(cli: Cli) -> Path:
    """Write a definition into the default folder."""
    Path("config").mkdir()
    path = Path("config/door.machine.yaml")
    path.write_text(DOOR)
    return path


@pytest.fixture
def db(cli: Cli, definition: Path) -> Path:
    """Store 30 open doors, then replace the definition with one in which they stay shut."""
    assert cli("run", "-", "--db", "events.db", input=LINES).exit_code == 0
    definition.write_text(STICKS)
    return Path("events.db")


def verify(
    code: str, db: Path, *arguments: str, stderr: int = subprocess.PIPE
) -> subprocess.CompletedProcess[bytes]:
    """Run `verify` in a separate process."""
    command = [sys.executable, "-c", code, "verify", "--db", str(db), *arguments]
    return subprocess.run(
        command,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=stderr,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def test_a_killed_run_is_resumed(db: Path) -> None:
    """Saved progress is not repeated, and the report equals that of one run."""
    arguments = ("--state", "state.json", "--format", "jsonl")
    killed = verify(RUN_UNTIL_KILLED, db, *arguments)
    assert (killed.returncode, Path("state.json").exists()) == (-signal.SIGKILL, True)
    resumed, whole = verify(RUN, db, *arguments), verify(RUN, db, "--format", "jsonl")
    assert (resumed.stderr, resumed.returncode) == (whole.stderr, 1)
    assert len(killed.stdout.splitlines()) == 14
    assert killed.stdout + resumed.stdout == whole.stdout
    assert not Path("state.json").exists()


def test_a_terminal_shows_progress_and_a_pipe_does_not(db: Path) -> None:
    """Progress is one line on stderr, which is erased at the end."""
    ours, theirs = pty.openpty()
    on_terminal = verify(RUN, db, stderr=theirs)
    os.close(theirs)
    said = os.read(ours, 100_000)
    os.close(ours)
    in_pipe = verify(RUN, db)
    erase_line = b"\r\x1b[2K"
    assert erase_line + b"30 events in 30 streams" + erase_line in said
    assert b"\r" not in on_terminal.stdout + in_pipe.stdout + in_pipe.stderr


@pytest.fixture
def table(cli: Cli, dynamodb_local: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Store 30 open doors in a table."""
    for name, value in environment_of(dynamodb=dynamodb_local).items():
        monkeypatch.setenv(name, value)
    name = new_table(client_of("dynamodb", dynamodb_local))
    assert cli("run", "-", "--table", name, input=LINES).exit_code == 0
    return name


def test_workers_scan_a_table_in_parallel(cli: Cli, table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each worker scans one segment, and all of them run at the same time."""
    together = Barrier(3, timeout=10)
    asked: list[tuple[int, int]] = []

    def wait_for_the_others(params: dict[str, Any], **_: Any) -> None:
        asked.append((params["Segment"], params["TotalSegments"]))
        together.wait()

    session = boto3.Session()
    session.events.register("provide-client-params.dynamodb.Scan", wait_for_the_others)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    result = cli("verify", "--table", table, "--workers", "3")
    assert result.stderr.startswith("30 events in 30 streams: all fold")
    assert sorted(asked) == [(0, 3), (1, 3), (2, 3)]
