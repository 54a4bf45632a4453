"""The `run` command: a file or a pipe of commands through the real handler.

Owns the order: read a batch, settle it, show it, forget it. What was shown is stored, so whoever stops a run
loses nothing. Memory does not grow with the input where the events go to a file.
"""

from __future__ import annotations

import os
import stat
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from engine.cli.exit_codes import ExitCode
from engine.cli.feed import Batch, read_batches
from engine.cli.opening import opened_store, source_in
from engine.cli.outcomes import SUCCESSES, json_lines, report_lines, summary_lines, text_lines
from engine.cli.output import Format, json_text, print_lines, say
from handler.app import Application, BatchReport
from handler.queue import LocalQueue

ERASE_LINE = "\r\x1b[2K"


def run_commands(
    stream: IO[bytes], file: str, *, db: Path | None, definitions: Path, format: Format, verbose: bool
) -> ExitCode:
    """Settle everything that `stream` holds. Ctrl-C ends the run with the count of what was settled.

    `file`: how the input is called. `db` None: the events stay in memory and are forgotten at the end.
    """
    if db is None:
        say("events are kept in memory and forgotten at the end; --db FILE keeps them")
    codes: Counter[str] = Counter()
    ending = None
    with _application(db, definitions) as application, _progress(stream) as show:
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
def _application(db: Path | None, definitions: Path) -> Iterator[Application]:
    source = source_in(definitions)
    with opened_store(db, create=True) as store:
        application = Application(store=store, source=source, queue=LocalQueue())
        try:
            yield application
        finally:
            application.close()


@contextmanager
def _progress(stream: IO[bytes]) -> Iterator[Callable[[Iterable[str]], None]]:
    """A function that prints lines and moves the bar below them, where there is one."""
    size = _size(stream) if sys.stderr.isatty() else 0
    if not size:
        yield print_lines
        return
    with click.progressbar(length=size, file=sys.stderr) as bar:

        def show(lines: Iterable[str]) -> None:
            for line in lines:
                click.echo(ERASE_LINE, nl=False, err=True)
                click.echo(line)
            bar.update(stream.tell() - bar.pos)

        yield show


def _size(stream: IO[bytes]) -> int:
    """In bytes; 0 where it is not known beforehand."""
    status = os.fstat(stream.fileno())
    return status.st_size if stat.S_ISREG(status.st_mode) else 0


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
