"""Runs a verification: opens the store, saves progress, and prints faults and the report.

`statewright.evolution.verify` decides whether a stream has a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic

import click

from statewright.cli.shared.event_logs import opened_event_log
from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.output import print_message
from statewright.cli.shared.report_outputs import Output, keep_apart, opened_output, write_output
from statewright.cli.shared.verification_text import (
    fault_document,
    so_far,
    verification_lines,
    verification_summary,
)
from statewright.cli.verify.formats import PRINTERS, VerificationResult
from statewright.evolution.verify.checkpoint import Checkpoint, save_checkpoint
from statewright.evolution.verify.event_logs import EventLog
from statewright.evolution.verify.segments import StreamBatch
from statewright.evolution.verify.sorted_export import sorted_export
from statewright.reports.json_text import json_text
from statewright.stores.location import SqliteFile, StoreLocation

SECONDS_BETWEEN_SAVES = 2.0

JSONL = "jsonl"

ShowStatus = Callable[[str], None]
ShowLines = Callable[[Iterable[str]], None]


def require_own_files(state: Path | None, outputs: Sequence[Output], source: StoreLocation | Path) -> None:
    """Ensure that the state file and the reports overwrite neither the events nor each other."""
    events = source.path if isinstance(source, SqliteFile) else None
    keep_apart(outputs, filter(None, [state, events]))
    if state is None:
        return
    if not state.parent.is_dir():
        raise click.UsageError(f'--state: folder "{state.parent}" does not exist; create it first')
    if events is not None and state.exists() and state.samefile(events):
        raise click.UsageError(f'--state: "{state}" contains the events; name a different file')


@contextmanager
def fault_lines(outputs: Iterable[Output]) -> Iterator[ShowLines | None]:
    """A function that writes lines to every jsonl output at once; None if jsonl is not requested."""
    wanted = [output for output in outputs if output.format == JSONL]
    with ExitStack() as stack:
        writers = [stack.enter_context(opened_output(output)) for output in wanted]

        def show(lines: Iterable[str]) -> None:
            for line in lines:
                for write in writers:
                    write([line])

        yield show if writers else None


@contextmanager
def opened_log(source: StoreLocation | Path, workers: int, show_status: ShowStatus) -> Iterator[EventLog]:
    if isinstance(source, Path):
        with sorted_export(source, show_status=show_status) as export:
            yield export
        return
    with opened_event_log(source, segments=workers) as log:
        yield log


def collect(
    batches: Iterable[StreamBatch],
    checkpoint: Checkpoint,
    *,
    state: Path | None,
    show_status: ShowStatus,
    show_faults: ShowLines | None,
) -> ExitCode | None:
    """Count every batch, saving progress. Returns an exit code if interrupted; else removes the state."""
    saved_at = monotonic()
    try:
        for batch in batches:
            checkpoint.add(batch)
            if show_faults is not None:
                show_status("")
                show_faults(_fault_texts(batch))
            show_status(so_far(checkpoint.report))
            if state is not None and monotonic() - saved_at > SECONDS_BETWEEN_SAVES:
                save_checkpoint(state, checkpoint)
                saved_at = monotonic()
    except KeyboardInterrupt:
        show_status("")
        print_message(f"stopped after {so_far(checkpoint.report)}")
        return ExitCode.INTERRUPTED
    finally:
        if state is not None:
            save_checkpoint(state, checkpoint)
    if state is not None:
        state.unlink()
    return None


def _fault_texts(batch: StreamBatch) -> Iterator[str]:
    for result in batch.results:
        if result.fault is not None:
            yield json_text(fault_document(result.stream, result.fault))


def print_report(result: VerificationResult, outputs: Iterable[Output]) -> ExitCode:
    """Print the report. Lines of jsonl are already written, so its report goes to stderr."""
    for output in outputs:
        if output.format != JSONL:
            write_output(output, PRINTERS[output.format](result))
        elif output.file is None:
            print_message(*verification_lines(result.report))
    print_message(verification_summary(result.report, against=result.against))
    return ExitCode.FINDINGS if result.report.faults else ExitCode.CLEAN
