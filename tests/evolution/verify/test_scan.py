"""`scan` on real stores: every stream once, whole and in order, from any position."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import pytest

from statewright.errors import CorruptStream
from statewright.evolution.verify.event_logs import EventLog, ScatteredStream, TableLog
from statewright.evolution.verify.streams import ScannedCommit
from statewright.stores.record import Commit
from statewright.stores.sqlite import SqliteStore
from tests.contracts.commits import OTHER_STREAM, STREAM, fill, versions
from tests.evolution.verify.conftest import Kept, Table

STREAMS = {f"order/o-{number}": 1 + 4 * number for number in range(6)}


@pytest.fixture(autouse=True)
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short pages for a file; those of a table have 1 MB."""
    monkeypatch.setattr("statewright.stores.sqlite.COMMITS_PER_SCAN", 10)


@pytest.fixture
def full(kept: Kept) -> Kept:
    """Streams of 1 to 21 commits, 2 MB in all."""
    for stream, commits in STREAMS.items():
        fill(kept.store, map(str, range(commits)), stream=stream, data=f'"{"x" * 30_000}"')
    return kept


def scanned(log: EventLog) -> list[ScannedCommit]:
    return [one for segment in range(log.segments) for one in log.scan(segment, after=None)]


@pytest.mark.slow
def test_streams_are_whole_and_in_order(full: Kept) -> None:
    """Streams that span several pages of the store are whole and in order."""
    grouped = [
        (stream, versions(found)) for stream, found in groupby(scanned(full.log), attrgetter("stream"))
    ]
    assert dict(grouped) == {stream: list(range(1, count + 1)) for stream, count in STREAMS.items()}
    assert len(grouped) == len(STREAMS)


def test_a_scan_resumes_after_any_stream(full: Kept) -> None:
    """A resumed scan gives the same remaining streams as a single scan."""
    for segment in range(full.log.segments):
        found = list(full.log.scan(segment, after=None))
        streams = list(dict.fromkeys(one.stream for one in found))
        for number, stream in enumerate(streams, 1):
            rest = [one for one in found if one.stream in streams[number:]]
            assert list(full.log.scan(segment, after=stream)) == rest


def test_an_unreadable_record_does_not_hide_the_others(file: SqliteStore) -> None:
    """An unreadable record is reported at its position, and other records are still read."""
    fill(file, ["1", "2", "3"])
    with closing(sqlite3.connect(file.path)) as connection, connection:
        connection.execute("UPDATE commits SET record = '{}' WHERE version = 2")
    found = list(file.scan())
    assert [type(one) for one in found] == [Commit, CorruptStream, Commit]
    assert found[1].version == 2


def test_an_item_without_a_record_does_not_hide_the_others(table: Table) -> None:
    """An item of another program is not a commit."""
    fill(table.store, ["1"])
    table.client.put_item(TableName=table.name, Item={"stream": {"S": STREAM}, "version": {"N": "2"}})
    assert [type(one) for one in table.store.scan()] == [Commit, CorruptStream]


def test_a_gap_in_a_table_is_confirmed_by_a_query(table: Table) -> None:
    """An apparent gap in a scan is checked with a query before it is reported."""
    fill(table.store, ["1", "2", "3"])
    table.client.delete_item(TableName=table.name, Key={"stream": {"S": STREAM}, "version": {"N": "2"}})
    first, gap = TableLog(table.store, name="", segments=1).scan(0, after=None)
    assert (first.version, type(gap), gap.version) == (1, CorruptStream, 2)


class Reordered:
    """A table whose scan returns commits in this order. Queries are unchanged."""

    def __init__(self, table: Table, *commits: Commit) -> None:
        self.read = table.store.read
        self._commits = commits

    def scan(self, **_segment: object) -> Iterator[ScannedCommit]:
        return iter(self._commits)


def test_commits_that_a_scan_mixes_up_are_read_in_order(table: Table) -> None:
    """A query reads the rest from the first misplaced commit."""
    fill(table.store, ["1", "2", "3"])
    first, second, third = table.store.read(STREAM).commits
    log = TableLog(Reordered(table, first, third, second), name="", segments=1)
    assert list(log.scan(0, after=None)) == [first, second, third]


def test_a_stream_in_pieces_is_refused(table: Table) -> None:
    """A stream that a scan returns in separate pieces is rejected."""
    fill(table.store, ["1", "2"])
    fill(table.store, ["1"], stream=OTHER_STREAM)
    first, second = table.store.read(STREAM).commits
    [between] = table.store.read(OTHER_STREAM).commits
    log = TableLog(Reordered(table, first, between, second), name="", segments=1)
    with pytest.raises(
        ScatteredStream, match=r"^the scan returned order/o-17 in pieces; run the verification again"
    ):
        list(log.scan(0, after=None))


def test_a_file_has_one_segment(file: SqliteStore) -> None:
    """Asking for several segments of a file raises an error."""
    with pytest.raises(ValueError, match="segment 1 of 2"):
        next(file.scan(segment=1, of=2))


def test_a_long_scan_of_a_file_does_not_block_writers(file: SqliteStore, tmp_path: Path) -> None:
    """Others can write between two pages."""
    fill(file, map(str, range(11)))
    found = file.scan()
    next(found)
    other = SqliteStore(tmp_path / "events.db", busy_timeout_seconds=0.1)
    fill(other, ["late"])
    other.close()
    assert len(list(found)) == 11
