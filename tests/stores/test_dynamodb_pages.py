"""Streams that need several DynamoDB responses are read without gaps, and missing commits are detected."""

from __future__ import annotations

import pytest

from statewright.errors import CommitTooLarge, CorruptStream
from statewright.stores.port import Head
from statewright.stores.record_text import encode
from statewright.stores.rules import absent
from tests.contracts.commits import STREAM, TIME, commit_at, fill, versions
from tests.stores.wire import Wire

COMMITS = 12
ALL = list(range(1, COMMITS + 1))


@pytest.fixture
def long(wire: Wire) -> Wire:
    """Fill a stream of 3 MB, of which one response holds four commits."""
    fill(wire.store, [f"c-{n}" for n in ALL], data="x" * 262_144)
    wire.reset()
    return wire


@pytest.mark.parametrize("backwards", [False, True])
def test_a_long_stream_is_read_whole(long: Wire, backwards: bool) -> None:
    """Without a limit, a read continues to the end of the stream in either direction."""
    slice_ = long.store.read(STREAM, backwards=backwards)
    assert versions(slice_.commits) == (ALL[::-1] if backwards else ALL)
    assert (slice_.more, len(long.sent) > 1) == (False, True)


def test_a_backwards_page_is_one_request(long: Wire) -> None:
    """It ends where the response ends, sets `more`, and the next page continues below."""
    page = long.store.read(STREAM, backwards=True, limit=10)
    begins = versions(page.commits)
    assert (begins, page.more, long.sent) == (ALL[: -1 - len(begins) : -1], True, ["Query"])
    assert 0 < len(begins) < 10
    while page.more:
        page = long.store.read(STREAM, backwards=True, limit=10, upto=begins[-1] - 1)
        begins += versions(page.commits)
    assert (begins, len(long.sent)) == (ALL[::-1], 3)


@pytest.mark.parametrize("limit", [10, 12, 100])
def test_a_forward_page_may_end_before_its_limit(long: Wire, limit: int) -> None:
    """`more` is exact, and the next page continues there."""
    page = long.store.read(STREAM, limit=limit)
    assert (page.more, long.sent) == (True, ["Query", "Query"])
    begins = versions(page.commits)
    while page.more:
        page = long.store.read(STREAM, limit=limit, after=page.head)
        begins += versions(page.commits)
    assert begins == ALL


@pytest.mark.parametrize("limit", [11, 12, 13])
def test_more_is_false_at_the_first_commit(wire: Wire, limit: int) -> None:
    """The versions show whether there are earlier commits if the limit cut the page."""
    fill(wire.store, map(str, ALL))
    wire.reset()
    page = wire.store.read(STREAM, backwards=True, limit=limit)
    assert (len(page.commits), page.more, wire.sent) == (min(limit, 12), limit < 12, ["Query"])


@pytest.mark.parametrize("lost", [9, 7, 5, 3])
def test_a_gap_within_or_between_pages_is_detected(wire: Wire, lost: int) -> None:
    """With pages of two commits, a gap is reported at any position."""
    fill(wire.store, ["c-1", "c-2", "c-3", "c-4", "c-5", "c-6"], events=2)
    _lose(wire, lost)
    with pytest.raises(CorruptStream, match=f"{STREAM} is corrupt at version {lost}"):
        _read_back(wire)


def test_a_stream_without_its_beginning_is_corrupt(wire: Wire) -> None:
    """An empty page after one that promised more is a gap, not the end."""
    fill(wire.store, ["c-1", "c-2", "c-3"])
    _lose(wire, 1)
    assert wire.store.read(STREAM, backwards=True, limit=2).more
    with pytest.raises(CorruptStream, match="corrupt at version 1: the next commit starts at version 2"):
        wire.store.read(STREAM, backwards=True, limit=2, upto=1)


@pytest.mark.parametrize("version", [3, 6])
def test_a_foreign_head_overwrites_nothing_and_is_detected(wire: Wire, version: int) -> None:
    """An append within a commit or beyond the end succeeds; the next read reports a corrupt stream."""
    fill(wire.store, ["c-1", "c-2"], events=2)
    before = wire.store.read(STREAM).commits
    foreign = Head(STREAM, version, TIME)
    wire.store.append(foreign, commit_at(foreign, "c-3"))
    for backwards in (False, True):
        with pytest.raises(
            CorruptStream, match=f"corrupt at version 5: the next commit starts at version {version + 1}"
        ):
            wire.store.read(STREAM, backwards=backwards)
    assert wire.store.read(STREAM, upto=3).commits == before


def test_a_commit_that_is_too_large_is_refused_before_any_request(wire: Wire) -> None:
    """The largest commit is stored with one put; one byte more causes no request."""
    head = absent(STREAM)
    room = wire.store.commit_bytes_max - len(encode(commit_at(head, "c-1")).encode()) + 2
    with pytest.raises(CommitTooLarge):
        wire.store.append(head, commit_at(head, "c-1", data="x" * (room + 1)))
    assert wire.sent == []
    wire.store.append(head, commit_at(head, "c-1", data="x" * room))
    assert wire.sent == ["PutItem"]


def test_an_empty_range_causes_no_request(wire: Wire) -> None:
    """A read that ends before it begins is answered without a request."""
    head = fill(wire.store, ["c-1"])
    wire.reset()
    assert wire.store.read(STREAM, after=head, upto=1).head == head
    assert wire.store.read(STREAM, upto=-1, backwards=True, limit=1).commits == ()
    assert wire.sent == []


def _lose(wire: Wire, version: int) -> None:
    key = {"stream": {"S": STREAM}, "version": {"N": str(version)}}
    wire.client.delete_item(TableName=wire.table, Key=key)


def _read_back(wire: Wire) -> None:
    page = wire.store.read(STREAM, backwards=True, limit=2)
    while page.more:
        page = wire.store.read(STREAM, backwards=True, limit=2, upto=page.commits[-1].version - 1)
