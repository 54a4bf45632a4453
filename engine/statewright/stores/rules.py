"""Rules shared by all stores: validating reads and appends, and turning found commits into a slice. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from statewright.errors import CommitTooLarge, CorruptStream
from statewright.stores.port import Head, Slice
from statewright.stores.record import Commit
from statewright.stores.record_text import encode


def absent(stream: str) -> Head:
    """The head of a stream that does not exist."""
    return Head(stream, 0, "")


def head_after(commit: Commit) -> Head:
    """The head of a stream whose last commit is `commit`."""
    return Head(commit.stream, commit.head, commit.time)


def text_to_append(head: Head, commit: Commit, *, size_bytes_max: int) -> str:
    """The text to store for `commit` at `head`.

    Raises CommitTooLarge. Raises ValueError for a commit without events, one that does not follow `head` or
    has an earlier time, a repeated command, or text that UTF-8 cannot encode.
    """
    _refuse_misplaced(head, commit)
    text = encode(commit)
    size_bytes = len(text.encode())
    if size_bytes > size_bytes_max:
        raise CommitTooLarge(stream=commit.stream, size_bytes=size_bytes, size_bytes_max=size_bytes_max)
    return text


def refuse_misread(stream: str, *, after: Head | None, limit: int | None) -> None:
    """Raise ValueError for a head of another stream or a limit below 1."""
    if after is not None and after.stream != stream:
        raise ValueError(f"a head of {after.stream} cannot be used to read {stream}")
    if limit is not None and limit < 1:
        raise ValueError(f"limit must be at least 1, not {limit}")


def slice_of(
    stream: str,
    found: Sequence[Commit],
    *,
    after: Head | None,
    limit: int | None,
    backwards: bool,
    more: bool = False,
) -> Slice:
    """The result of a read. `found`: in the requested order, with one commit beyond `limit` if there is one.

    `more`: whether there are further commits because of the store's own page size. Raises CorruptStream for a
    gap or an overlap, including one before the commit beyond `limit`.
    """
    more = more or (limit is not None and len(found) > limit)
    start = after or absent(stream)
    oldest_first = found[::-1] if backwards else found
    _refuse_gaps(stream, oldest_first, begin=None if backwards and more else start.version + 1)
    commits = tuple(found[:limit])
    newest = commits[:1] if backwards else commits[-1:]
    return Slice(commits, head_after(newest[0]) if newest else start, more)


def _refuse_misplaced(head: Head, commit: Commit) -> None:
    if not commit.events:
        raise ValueError("a commit must contain at least one event")
    if (commit.stream, commit.version) != (head.stream, head.version + 1):
        raise ValueError(
            f"a commit to {commit.stream} at version {commit.version} does not follow the head of "
            f"{head.stream} at version {head.version}"
        )
    if commit.time < head.time:
        raise ValueError(f"the time of the commit, {commit.time}, is before that of the head, {head.time}")
    if len({command.id for command in commit.commands}) < len(commit.commands):
        raise ValueError("a commit must not contain the same command twice")


def _refuse_gaps(stream: str, oldest_first: Sequence[Commit], *, begin: int | None) -> None:
    expected = begin
    for commit in oldest_first:
        if expected is not None and commit.version != expected:
            raise CorruptStream(stream, expected, f"the next commit starts at version {commit.version}")
        expected = commit.head + 1
