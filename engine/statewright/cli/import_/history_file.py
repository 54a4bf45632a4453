"""Imports a file of events in two passes: folds the whole file, then writes it stream by stream.

Both passes hold a few streams in memory, never the file. `statewright.evolution.history_import` folds and
appends.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from tempfile import TemporaryFile
from typing import IO

import click

from statewright.cli.shared.output import Format, table
from statewright.cli.shared.progress import progress
from statewright.errors import StatewrightError
from statewright.escaping import printable
from statewright.evolution.history_import import FoldedStream, ImportFault, append_stream, fold_streams
from statewright.machine.compiled import Machine
from statewright.reports.json_text import json_text
from statewright.stores.port import EventStore
from statewright.wording import plural

FAULTS_SHOWN_MAX = 20
STREAMS_AT_ONCE = 8  # parallel writes help for a table, but not for a local disk


@dataclass(frozen=True, slots=True)
class StreamEnd:
    """The end of a stream that folds. Kept small, because there is one per stream."""

    version: int
    leaf: str
    time: str
    broken_rule: str | None


@dataclass(frozen=True, slots=True)
class Survey:
    """The result of the first pass, by stream."""

    folded: dict[str, StreamEnd] = field(default_factory=dict)
    faulty: set[str] = field(default_factory=set)


class FileChanged(StatewrightError):
    def __init__(self, fault: ImportFault) -> None:
        super().__init__(f"line {fault.line} changed while the file was being imported: {fault.reason}")


@contextmanager
def readable_twice(path: str) -> Iterator[IO[bytes]]:
    """Open a file that can be read twice. A pipe is copied to a temporary file."""
    with click.open_file(path, "rb") as given:
        if path != "-" and given.seekable():
            yield given
            return
        with TemporaryFile() as copy:
            shutil.copyfileobj(given, copy)
            copy.seek(0)
            yield copy


def survey_of(file: IO[bytes], machines: Mapping[str, Machine], name: str, format: Format) -> Survey:
    """Fold the whole file, and show the first fault of each stream immediately."""
    survey = Survey()
    with progress(file, label="reading") as show:
        for found in fold_streams(file, machines):
            match found:
                case ImportFault(stream):
                    is_known = stream in survey.faulty
                    shown = format is Format.JSON or len(survey.faulty) < FAULTS_SHOWN_MAX
                    survey.faulty.add(stream)
                    survey.folded.pop(stream, None)
                    show([_fault_line(found, name, format)] if shown and not is_known else [])
                case FoldedStream(stream):
                    survey.folded[stream] = StreamEnd(
                        found.state.version, found.state.leaf, found.commits[-1].time, found.broken_rule
                    )
                    show([])
    return survey


def write(
    file: IO[bytes],
    store: EventStore,
    machines: Mapping[str, Machine],
    *,
    skip: Collection[str],
    at_once: int,
) -> str:
    """Append the streams, and return a summary."""
    file.seek(0)
    streams = _folded_streams(file, machines, skip)
    total = written = 0
    with progress(file, label="writing") as show, ThreadPoolExecutor(at_once) as threads:
        while some := list(islice(streams, at_once)):
            total += sum(stream.state.version for stream in some)
            written += sum(threads.map(partial(append_stream, store), some))
            show([])
    return f"{plural(written, 'event')} written, {total - written:,} already stored"


def _folded_streams(
    file: IO[bytes], machines: Mapping[str, Machine], skip: Collection[str]
) -> Iterator[FoldedStream]:
    for found in fold_streams(file, machines):
        if found.stream in skip:
            continue
        if isinstance(found, ImportFault):
            raise FileChanged(found)
        yield found


def _fault_line(fault: ImportFault, file: str, format: Format) -> str:
    if format is Format.JSON:
        return json_text({"stream": fault.stream or None, "line": fault.line, "reason": fault.reason})
    return printable(f"{file}:{fault.line}: {fault.stream or '(no stream)'}: {fault.reason}")


def survey_lines(survey: Survey, *, now: str) -> Iterator[str]:
    """The summary of the first pass. `now`: the current time in the format of stored times."""
    hidden = len(survey.faulty) - FAULTS_SHOWN_MAX
    if hidden > 0:
        yield f"… and {hidden:,} more {'stream' if hidden == 1 else 'streams'}; --format json shows all"
    events = sum(end.version for end in survey.folded.values())
    yield f"{plural(events, 'event')} in {plural(len(survey.folded), 'stream')} can be imported"
    leaves = Counter((stream.partition("/")[0], end.leaf) for stream, end in survey.folded.items())
    rows = [(machine, leaf, f"{count:,}") for (machine, leaf), count in sorted(leaves.items())]
    if rows:
        yield from table(("MACHINE", "STATE", "STREAMS"), rows)
    broken_rules = Counter(end.broken_rule for end in survey.folded.values() if end.broken_rule)
    for rule, count in broken_rules.most_common():
        ends = plural(count, "stream ends", "streams end")
        yield (
            f"warning: {ends} with data that breaks a rule, "
            f"so commands are refused until one fixes it: {printable(rule)}"
        )
    ahead = [end.time for end in survey.folded.values() if end.time > now]
    if ahead:
        ends = plural(len(ahead), "stream ends", "streams end")
        yield (
            f"warning: {ends} in the future, the latest at {max(ahead)}; "
            "until then, commands are decided at the time of the stream's last event"
        )


def refusal(survey: Survey) -> tuple[str, str]:
    return (
        f"nothing was written because {plural(len(survey.faulty), 'stream')} cannot be imported",
        "fix the export, describe the old events in the definition (renamed_from, retired, upcast), "
        "or import the remaining streams with --skip-faulty",
    )
