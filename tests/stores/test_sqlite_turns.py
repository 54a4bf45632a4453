"""When many threads use a locked file, no call waits longer than the busy timeout in total.

Waiting takes no processor time, so the elapsed time only shows that a wait was long enough, or shorter than
the least that a fault would take.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from threading import Barrier
from time import monotonic

import pytest

from statewright.errors import StoreUnavailable
from statewright.runtime.retry import RESERVE_SECONDS
from statewright.stores.sqlite import BUSY_TIMEOUT_SECONDS, SqliteStore
from statewright.stores.sqlite_connection import SharedConnection
from statewright.stores.sqlite_file import ROLLBACK
from tests.contracts.commits import STREAM, commit_at, fill

INSERT = "INSERT INTO commands VALUES ('s', 'c-1', 1)"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with closing(SqliteStore(tmp_path / "s.db", journal=ROLLBACK)) as store:
        fill(store, ["c-1"])
    return store.path


@pytest.fixture
def other(path: Path) -> Iterator[sqlite3.Connection]:
    """Open another program's connection to the same file, which does not wait for locks."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as connection:
        yield connection


def shared(path: Path, *, busy_timeout_seconds: float) -> SharedConnection:
    return SharedConnection(path, journal=ROLLBACK, busy_timeout_seconds=busy_timeout_seconds, create=False)


def be_refused(connection: sqlite3.Connection, *, after_seconds: float) -> None:
    """Spend time as a real call does, by waiting for the lock of another connection."""
    connection.execute(f"PRAGMA busy_timeout = {round(after_seconds * 1000)}")
    with suppress(sqlite3.OperationalError):
        connection.execute("BEGIN IMMEDIATE")


def test_a_call_ends_within_the_handlers_reserve() -> None:
    """The handler retries while more than its reserve is left, so one call must end within the reserve."""
    assert BUSY_TIMEOUT_SECONDS < RESERVE_SECONDS


def test_a_call_that_gets_no_turn_is_unavailable(path: Path) -> None:
    """A call fails if the connection is not available in time."""
    with closing(shared(path, busy_timeout_seconds=0.01)) as connection:
        begun = monotonic()
        with (
            connection.reading(),
            pytest.raises(StoreUnavailable, match=r"s\.db: in use by other threads"),
            connection.reading(),
        ):
            pytest.fail("two turns at once")
        assert monotonic() - begun >= 0.01
        with connection.reading() as own:
            assert own.execute("SELECT count(*) FROM commits").fetchone() == (1,)


def test_threads_wait_for_a_lock_in_parallel(path: Path, other: sqlite3.Connection) -> None:
    """Eight callers of a locked file fail after one timeout, not after eight."""
    with closing(SqliteStore(path, busy_timeout_seconds=0.4, journal=ROLLBACK)) as store:
        head = store.read(STREAM).head
        other.execute("BEGIN IMMEDIATE")
        begun = monotonic()
        with ThreadPoolExecutor(8) as threads:
            calls = [threads.submit(store.append, head, commit_at(head, f"t-{n}")) for n in range(8)]
        assert monotonic() - begun < 8 * 0.4
        assert all(isinstance(call.exception(), StoreUnavailable) for call in calls)


def test_waiting_for_a_turn_uses_up_the_timeout(path: Path, other: sqlite3.Connection) -> None:
    """The time spent waiting for other threads is subtracted from the wait for the lock."""
    both = Barrier(2)

    def patience_left(connection: SharedConnection) -> int:
        both.wait()
        with connection.reading() as own:
            return int(own.execute("PRAGMA busy_timeout").fetchone()[0])

    with closing(shared(path, busy_timeout_seconds=60)) as connection, ThreadPoolExecutor(1) as thread:
        with connection.writing("s", 1):
            left = thread.submit(patience_left, connection)
            both.wait()
            be_refused(other, after_seconds=0.2)
        assert 50_000 < left.result() < 59_900


def test_the_commit_waits_only_for_the_remaining_timeout(path: Path, other: sqlite3.Connection) -> None:
    """Waiting to begin and waiting to commit share one timeout."""

    statements: list[str] = []

    def write_beside_a_reader() -> None:
        with connection.writing("s", 1) as own, closing(sqlite3.connect(path)) as beside:
            own.execute(INSERT)
            be_refused(beside, after_seconds=0.4)
            other.execute("BEGIN")
            other.execute("SELECT count(*) FROM commits").fetchone()
            own.set_trace_callback(statements.append)

    with (
        closing(shared(path, busy_timeout_seconds=0.5)) as connection,
        pytest.raises(StoreUnavailable, match="locked"),
    ):
        write_beside_a_reader()
    [patience_left] = [one.split("=")[1] for one in statements if one.startswith("PRAGMA busy_timeout")]
    assert int(patience_left) <= 100
