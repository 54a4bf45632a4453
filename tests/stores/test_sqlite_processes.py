"""Several processes share a file, are killed, or reach a limit on its size."""

from __future__ import annotations

import os
import random
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path

import pytest

from statewright.stores.sqlite import SqliteStore
from statewright.stores.sqlite_file import ROLLBACK, WRITE_AHEAD, Journal
from tests.contracts.commits import STREAM
from tests.stores.writer import UNAVAILABLE

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("STATEWRIGHT_KILLS", "12"))
JOURNALS = pytest.mark.parametrize("journal", [ROLLBACK, WRITE_AHEAD], ids=["rollback", "write-ahead"])


def start_writer(
    path: Path,
    journal: Journal,
    name: str,
    *,
    commits: str = "",
    file_bytes_max: int = resource.RLIM_INFINITY,
) -> subprocess.Popen[str]:
    """Start a child process that appends; no file that it writes may grow beyond `file_bytes_max`."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.stores.writer", str(path), journal.mode, name, commits],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes_max, file_bytes_max)),
    )


def stored_ids(path: Path, journal: Journal) -> list[str]:
    """Return the command ids of a stream, after checking that the file is intact."""
    with closing(SqliteStore(path, journal=journal)) as store:
        ids = [command.id for commit in store.read(STREAM).commits for command in commit.commands]
        assert set(store.find(STREAM, ids)) == set(ids)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return ids


def kill_at_random(writer: subprocess.Popen[str], chance: random.Random) -> Iterable[str]:
    """Kill -9 a writer at a random time; return the ids that it had acknowledged."""
    with writer:
        assert writer.stdout
        acknowledged = list(islice(writer.stdout, chance.randrange(30)))
        with suppress(subprocess.TimeoutExpired):
            writer.wait(timeout=chance.random() / 100)
        writer.kill()
        acknowledged += writer.stdout
    return [line.strip() for line in acknowledged]


@JOURNALS
def test_a_kill_loses_no_acknowledged_commit(tmp_path: Path, journal: Journal) -> None:
    """After every kill, all acknowledged commits are complete, and at most one other per kill was stored."""
    path, chance, acknowledged = tmp_path / "s.db", random.Random(journal.mode), set[str]()
    for trial in range(1, KILLS + 1):
        acknowledged |= set(kill_at_random(start_writer(path, journal, f"w{trial}"), chance))
        stored = set(stored_ids(path, journal))
        assert acknowledged <= stored
        assert len(stored - acknowledged) <= trial


@JOURNALS
def test_processes_share_a_file(tmp_path: Path, journal: Journal) -> None:
    """Three processes that create and fill one file together lose no commit and store none twice."""
    path = tmp_path / "s.db"
    writers = [start_writer(path, journal, name, commits="40") for name in "abc"]
    acknowledged = [line for writer in writers for line in writer.communicate(timeout=60)[0].split()]
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    assert sorted(stored_ids(path, journal)) == sorted(acknowledged)
    assert len(acknowledged) == 120


@JOURNALS
def test_a_killed_process_does_not_block_others(tmp_path: Path, journal: Journal) -> None:
    """A writer continues while another is killed in the middle of its work."""
    path = tmp_path / "s.db"
    survivor = start_writer(path, journal, "survivor", commits="60")
    lines = set(kill_at_random(start_writer(path, journal, "victim"), random.Random(1)))
    lines |= set(survivor.communicate(timeout=60)[0].split())
    stored = set(stored_ids(path, journal))
    assert survivor.returncode == 0
    assert lines <= stored
    assert len(stored - lines) <= 1


@JOURNALS
@pytest.mark.parametrize("file_bytes_max", [65_536, 100_000, 131_072, 200_001])
def test_a_file_at_its_size_limit_keeps_acknowledged_commits(
    tmp_path: Path, journal: Journal, file_bytes_max: int
) -> None:
    """A failed write is reported, and the file contains all acknowledged commits."""
    path = tmp_path / "s.db"
    writer = start_writer(path, journal, "w", file_bytes_max=file_bytes_max)
    acknowledged = writer.communicate(timeout=60)[0].split()
    assert writer.returncode == UNAVAILABLE
    assert stored_ids(path, journal) == acknowledged
