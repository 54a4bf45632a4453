"""Verifies all streams of a log in batches, with several segments in parallel.

Memory holds the results of one batch per segment and never a whole stream. A run can be resumed after any
batch.
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
    """The progress in a segment. `after`: the last verified stream, None before the first. ON DISK."""

    after: str | None = None
    ended: bool = False


@dataclass(frozen=True, slots=True)
class StreamBatch:
    """The results of a segment since its last batch. `position`: where the next batch starts."""

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
    """Verify every stream after `positions`, which has one entry per segment.

    `machine`: verify only its streams. Batches of different segments come in any order. Raises StoreError.
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
