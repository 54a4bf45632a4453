"""Histories through the event store port: what is there already is compared and never overwritten.

A stream that holds a beginning of its history is continued behind it, so whatever stopped an import, running
it again completes it. Knows no file and no definition. `engine.cli.importing` calls it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.errors import Conflict, StatewrightError
from engine.importing.folding import History
from engine.stores.port import EventStore, Head
from engine.stores.record import Commit

COMMITS_PER_PAGE = 100


class ImportStopped(StatewrightError):
    """What stands in the store and what is imported do not agree. Nothing of it was overwritten."""

    def __init__(self, stream: str, version: int, reason: str) -> None:
        super().__init__(f"{stream} at version {version}: {reason}")


def write_history(store: EventStore, history: History) -> int:
    """Append what the stream lacks; how many events that were. Safe for several histories at once.

    Raises ImportStopped where the store holds something else, or somebody else writes to the stream; what
    the store raises.
    """
    head = _head_of_the_same(store, history)
    missing = [commit for commit in history.commits if commit.head > head.version]
    if missing and missing[0].version != head.version + 1:
        reason = "the stream ends there, in the midst of what one command did; it has to be imported whole"
        raise ImportStopped(history.stream, head.version, reason)
    for commit in missing:
        try:
            head = store.append(head, commit)
        except Conflict as conflict:
            reason = "somebody else writes to this stream; stop them and run the import again"
            raise ImportStopped(history.stream, conflict.winner.version, reason) from conflict
    return sum(len(commit.events) for commit in missing)


def _head_of_the_same(store: EventStore, history: History) -> Head:
    """Where the stream ends, all of its events being those of `history` as far as both go."""
    imported = _facts(history.commits)
    page = store.read(history.stream, limit=COMMITS_PER_PAGE)
    while True:
        for stored, ours in zip(_facts(page.commits), imported, strict=False):
            if stored != ours:
                reason = "the store holds another event than the export; import into an empty table or file"
                raise ImportStopped(history.stream, stored[0], reason)
        if not page.more:
            return page.head
        page = store.read(history.stream, after=page.head, limit=COMMITS_PER_PAGE)


def _facts(commits: Iterable[Commit]) -> Iterator[tuple[int, str, str, str]]:
    """Version, time, type and data of each event: what makes it the same however it was committed."""
    for commit in commits:
        for version, event in enumerate(commit.events, commit.version):
            yield version, commit.time, event.type, event.data
