"""The event store in memory, for tests, simulations and experiments.

Commits are frozen, so they are returned without copying.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from threading import Lock

from statewright.errors import Conflict, CorruptStream, DuplicateCommand
from statewright.machine.size_limits import COMMIT_BYTES_MAX
from statewright.stores.port import Head, Slice, StreamSummary
from statewright.stores.record import Commit, StoredCommand
from statewright.stores.rules import absent, head_after, refuse_misread, slice_of, text_to_append


class MemoryStore:
    """An `EventStore` without persistence."""

    dedupe_window: int | None = None
    commit_bytes_max: int = COMMIT_BYTES_MAX

    def __init__(self) -> None:
        self._lock = Lock()
        self._commits: dict[str, list[Commit]] = {}
        self._commands: dict[tuple[str, str], StoredCommand] = {}

    def read(
        self,
        stream: str,
        *,
        after: Head | None = None,
        upto: int | None = None,
        limit: int | None = None,
        backwards: bool = False,
    ) -> Slice:
        refuse_misread(stream, after=after, limit=limit)
        with self._lock:
            commits = self._commits.get(stream, [])
            first = _count_upto(commits, after.version) if after else 0
            found = commits[first : None if upto is None else _count_upto(commits, upto)]
        if backwards:
            found.reverse()
        return slice_of(stream, found, after=after, limit=limit, backwards=backwards)

    def append(self, head: Head, commit: Commit) -> Head:
        text_to_append(head, commit, size_bytes_max=self.commit_bytes_max)
        with self._lock:
            commits = self._commits.get(head.stream, [])
            if head != (head_after(commits[-1]) if commits else absent(head.stream)):
                return self._settle(head, commit)
            for command in commit.commands:
                if stored := self._commands.get((commit.stream, command.id)):
                    raise DuplicateCommand(commit.stream, stored)
            self._commits.setdefault(commit.stream, []).append(commit)
            self._commands |= {(commit.stream, command.id): command for command in commit.commands}
        return head_after(commit)

    def find(self, stream: str, command_ids: Sequence[str]) -> Mapping[str, StoredCommand]:
        with self._lock:
            keys = [(stream, command_id) for command_id in command_ids]
            return {key[1]: self._commands[key] for key in keys if key in self._commands}

    def close(self) -> None:
        """Does nothing; the events stay."""

    def streams(self, *, prefix: str = "") -> Iterator[StreamSummary]:
        with self._lock:
            keys = sorted(stream for stream in self._commits if stream.startswith(prefix))
        for stream in keys:
            commits = self._commits[stream]
            last = commits[-1]
            yield StreamSummary(stream, last.head, commits[0].time, last.time)

    def _settle(self, head: Head, commit: Commit) -> Head:
        """The answer to an append at a stale head: success if it was this commit, otherwise Conflict."""
        commits = self._commits.get(head.stream, [])
        before = _count_upto(commits, head.version)
        if before == len(commits) or commits[before].version != commit.version:
            raise CorruptStream(
                head.stream, head.version, "no commit with the time of the given head ends there"
            )
        if commits[before] != commit:
            raise Conflict(commits[before])
        return head_after(commit)


def _count_upto(commits: Sequence[Commit], version: int) -> int:
    """The number of `commits` that start at or before `version`."""
    return bisect_right(commits, version, key=attrgetter("version"))
