"""`statewright import` in separate processes: interruption, progress and memory."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from statewright.stores.record import Commit
from statewright.stores.sqlite import SqliteStore
from tests.cli.commands import CONFIG
from tests.cli.test_processes import ENVIRONMENT, MEASURED, PATIENCE_SECONDS
from tests.evolution.history_import.export import deposits

pytestmark = pytest.mark.slow

PROGRAM = [sys.executable, "-c", "from statewright.cli.__main__ import run; run()"]
STREAMS, EVENTS = 2, 105


def command(export: Path, db: Path) -> list[str]:
    return [*PROGRAM, "import", str(export), "--db", str(db), "--definitions", str(CONFIG)]


def written(path: Path, *, streams: int = STREAMS, events: int = EVENTS) -> Path:
    """Write an export with streams of accounts."""
    path.write_text("\n".join(text for n in range(streams) for text in deposits(f"account/a-{n}", events)))
    return path


def contents(db: Path) -> dict[str, tuple[Commit, ...]]:
    """Return all commits of all streams in the file."""
    store = SqliteStore(db, create=False)
    try:
        return {one.stream: store.read(one.stream).commits for one in store.streams()}
    finally:
        store.close()


def wait_for_bytes(path: Path, count: int) -> None:
    """Wait until the file has this size, without opening it, because a reader would block the writer."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not path.exists() or path.stat().st_size < count:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{path.name} has no {count} bytes")
        time.sleep(0.002)


def test_a_killed_import_can_be_run_again(tmp_path: Path) -> None:
    """After the second run, the store equals that of an uninterrupted import, snapshots included."""
    export = written(tmp_path / "export.jsonl")
    subprocess.run(command(export, tmp_path / "whole.db"), env=ENVIRONMENT, capture_output=True, check=True)
    process = subprocess.Popen(command(export, tmp_path / "killed.db"), env=ENVIRONMENT)
    try:
        wait_for_bytes(tmp_path / "killed.db", 50_000)
    finally:
        process.kill()
        process.wait(PATIENCE_SECONDS)
    partial, whole = contents(tmp_path / "killed.db"), contents(tmp_path / "whole.db")
    assert partial != whole
    subprocess.run(command(export, tmp_path / "killed.db"), env=ENVIRONMENT, capture_output=True, check=True)
    assert contents(tmp_path / "killed.db") == whole


def test_a_terminal_shows_both_passes(tmp_path: Path) -> None:
    """Progress goes to stderr, so stdout contains only results."""
    export = written(tmp_path / "export.jsonl", streams=1, events=10)
    ours, theirs = pty.openpty()
    done = subprocess.run(
        command(export, tmp_path / "e.db"), env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=theirs, check=True
    )
    os.close(theirs)
    said = os.read(ours, 100_000)
    os.close(ours)
    assert b"reading" in said
    assert b"writing" in said
    assert b"%" not in done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a process is read from /proc")
def test_memory_does_not_grow_with_the_file(tmp_path: Path, report_line: Any) -> None:
    """An export with six times as many streams increases the peak memory by less than a tenth."""
    small, large = (peak_kilobytes(tmp_path, streams) for streams in (100, 600))
    report_line(f"statewright import, peak memory: {small:,} kB for 3,000 events, {large:,} kB for 18,000")
    assert large < small * 1.1


def peak_kilobytes(folder: Path, streams: int) -> int:
    export = written(folder / f"{streams}.jsonl", streams=streams, events=30)
    arguments = ["import", export, "--dry-run", "--definitions", CONFIG]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *map(str, arguments)],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stderr.split()[-1])
