"""All streams of a log to verdicts, stretch by stretch, several segments side by side.

Holds the verdicts of one stretch per segment and never a whole stream, whatever the log's size. Where a
stretch ends the walk can be taken up again; `statewright.evolution.verify.checkpoint` keeps that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import groupby, islice
from operator import attrgetter

from statewright.evolution.verify.folding import Definitions, verify_stream
from statewright.evolution.verify.logs import Log
from statewright.evolution.verify.verdicts import Verdict

STREAMS_PER_STRETCH = 100


@dataclass(frozen=True, slots=True)
class Position:
    """How far a segment is walked: `after` is the last stream, None before the first."""

    after: str | None = None
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a segment gave since its last stretch. `position`: where the next one begins."""

    segment: int
    verdicts: tuple[Verdict, ...]
    position: Position


def walk(
    log: Log, definitions: Definitions, positions: Sequence[Position], *, machine: str | None = None
) -> Iterator[Stretch]:
    """Every stream behind `positions`, one for each segment; those of `machine` only, where it is named.

    The order of stretches of different segments is left to chance. Raises StoreError.
    """
    walks = {
        segment: (_verdicts(log, segment, position.after, definitions, machine), position)
        for segment, position in enumerate(positions)
        if not position.ended
    }
    with ThreadPoolExecutor(max(len(walks), 1)) as threads:
        running: dict[Future[tuple[Verdict, ...]], int] = {
            threads.submit(_take, verdicts): segment for segment, (verdicts, _) in walks.items()
        }
        while running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                segment = running.pop(future)
                verdicts, position = walks[segment]
                stretch = _stretch(segment, future.result(), position)
                walks[segment] = verdicts, stretch.position
                yield stretch
                if not stretch.position.ended:
                    running[threads.submit(_take, verdicts)] = segment


def _verdicts(
    log: Log, segment: int, after: str | None, definitions: Definitions, machine: str | None
) -> Iterator[Verdict]:
    for stream, found in groupby(log.scan(segment, after=after), key=attrgetter("stream")):
        if machine is None or stream.partition("/")[0] == machine:
            yield verify_stream(stream, found, definitions)


def _take(verdicts: Iterator[Verdict]) -> tuple[Verdict, ...]:
    return tuple(islice(verdicts, STREAMS_PER_STRETCH))


def _stretch(segment: int, verdicts: tuple[Verdict, ...], before: Position) -> Stretch:
    if not verdicts:
        return Stretch(segment, (), Position(before.after, ended=True))
    return Stretch(segment, verdicts, Position(verdicts[-1].stream))
