"""The `run` command: a file or a pipe of commands through the real handler.

Owns the order: read a batch, settle it, show it, forget it. What was shown is stored, so whoever stops a run
loses nothing. Memory does not grow with the input where the events go to a file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import click

from statewright.aws.app import Application, BatchReport
from statewright.cli.exit_codes import ExitCode
from statewright.cli.feed import Batch, read_batches
from statewright.cli.opening import opened_store, source_in
from statewright.cli.outcomes import SUCCESSES, json_lines, report_lines, summary_lines, text_lines
from statewright.cli.output import Format, json_text, say
from statewright.cli.progress import progress
from statewright.registry.location import DefinitionLocation
from statewright.runtime.queue import LocalQueue
from statewright.stores.location import StoreLocation


def run_commands(
    stream: IO[bytes],
    file: str,
    *,
    events: StoreLocation | None,
    definitions: DefinitionLocation,
    format: Format,
    verbose: bool,
) -> ExitCode:
    """Settle everything that `stream` holds. Ctrl-C ends the run with the count of what was settled.

    `file`: how the input is called. `events` None: they stay in memory and are forgotten at the end.
    """
    if events is None:
        say("events are kept in memory and forgotten at the end; --db FILE or --table NAME keeps them")
    codes: Counter[str] = Counter()
    ending = None
    with _application(events, definitions) as application, progress(stream) as show:
        try:
            for batch in read_batches(stream):
                report = application.handle(batch.event)
                codes.update(result.code for result in report.results)
                show(_lines(batch, report, file, format=format, verbose=verbose))
        except KeyboardInterrupt:
            ending = ExitCode.INTERRUPTED
    for line in summary_lines(codes):
        click.echo(line, err=format is Format.JSON)
    return ending or (ExitCode.CLEAN if codes.keys() <= SUCCESSES else ExitCode.FINDINGS)


@contextmanager
def _application(events: StoreLocation | None, definitions: DefinitionLocation) -> Iterator[Application]:
    source = source_in(definitions)
    with opened_store(events, create=True) as store:
        application = Application(store=store, source=source, queue=LocalQueue())
        try:
            yield application
        finally:
            application.close()


def _lines(batch: Batch, report: BatchReport, file: str, *, format: Format, verbose: bool) -> Iterator[str]:
    match format:
        case Format.JSON:
            yield from json_lines(report.results)
            if batch.given:
                yield json_text(report.response)
        case Format.TEXT if batch.given:
            yield from report_lines(report)
            yield ""
        case Format.TEXT:
            yield from text_lines(report.results, file, verbose=verbose)
