"""All streams of a log to results, batch by batch, several segments side by side.

Holds the results of one batch per segment and never a whole stream, whatever the log's size. Where a
batch ends the walk can be taken up again; `statewright.evolution.verify.checkpoint` keeps that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import groupby, islice
from operator import attrgetter

from statewright.evolution.verify.event_logs import EventLog
from statewright.evolution.verify.results import StreamResult
from statewright.evolution.verify.streams import Definitions, verify_stream

STREAMS_PER_BATCH = 100


@dataclass(frozen=True, slots=True)
class SegmentPosition:
    """How far a segment is walked: `after` is the last stream, None before the first. ON DISK."""

    after: str | None = None
    ended: bool = False


@dataclass(frozen=True, slots=True)
class StreamBatch:
    """What a segment gave since its last batch. `position`: where the next one begins."""

    segment: int
    results: tuple[StreamResult, ...]
    position: SegmentPosition


def verify_log(
    log: EventLog,
    definitions: Definitions,
    positions: Sequence[SegmentPosition],
    *,
    machine: str | None = None,
) -> Iterator[StreamBatch]:
    """Every stream behind `positions`, one for each segment; those of `machine` only, where it is named.

    The order of batches of different segments is left to chance. Raises StoreError.
    """
    walks = {
        segment: (_results(log, segment, position.after, definitions, machine), position)
        for segment, position in enumerate(positions)
        if not position.ended
    }
    with ThreadPoolExecutor(max(len(walks), 1)) as threads:
        running: dict[Future[tuple[StreamResult, ...]], int] = {
            threads.submit(_take, results): segment for segment, (results, _) in walks.items()
        }
        while running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                segment = running.pop(future)
                results, position = walks[segment]
                batch = _batch(segment, future.result(), position)
                walks[segment] = results, batch.position
                yield batch
                if not batch.position.ended:
                    running[threads.submit(_take, results)] = segment


def _results(
    log: EventLog, segment: int, after: str | None, definitions: Definitions, machine: str | None
) -> Iterator[StreamResult]:
    for stream, found in groupby(log.scan(segment, after=after), key=attrgetter("stream")):
        if machine is None or stream.partition("/")[0] == machine:
            yield verify_stream(stream, found, definitions)


def _take(results: Iterator[StreamResult]) -> tuple[StreamResult, ...]:
    return tuple(islice(results, STREAMS_PER_BATCH))


def _batch(segment: int, results: tuple[StreamResult, ...], before: SegmentPosition) -> StreamBatch:
    if not results:
        return StreamBatch(segment, (), SegmentPosition(before.after, ended=True))
    return StreamBatch(segment, results, SegmentPosition(results[-1].stream))
