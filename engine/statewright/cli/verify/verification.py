"""Every stored stream folded under candidate definitions, with a report at the end.

Owns what is opened, when the state is saved and what is printed while it runs; what a stream comes to is
decided in `statewright.evolution.verify`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic

import click

from statewright.cli.shared.event_store import ATTEMPTS_MAX
from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.output import Format, print_lines, print_message
from statewright.cli.verify.report import fault_document, so_far, verification_lines, verification_summary
from statewright.evolution.verify import VerificationReport
from statewright.evolution.verify.checkpoint import Checkpoint, save_checkpoint
from statewright.evolution.verify.event_logs import EventLog, OrderedLog, TableLog
from statewright.evolution.verify.segments import StreamBatch
from statewright.evolution.verify.sorted_export import sorted_export
from statewright.reports.json_text import json_text
from statewright.stores.location import DynamoTable, SqliteFile, StoreLocation, open_store

SECONDS_BETWEEN_SAVES = 2.0

ShowStatus = Callable[[str], None]


def require_own_file(state: Path, source: StoreLocation | Path) -> None:
    """The state is replaced as it grows, and removed at the end."""
    if not state.parent.is_dir():
        raise click.UsageError(f'--state: there is no folder "{state.parent}", make it first')
    events = source.path if isinstance(source, SqliteFile) else None
    if events is not None and state.exists() and state.samefile(events):
        raise click.UsageError(f'--state: "{state}" holds the events, name a file of its own')


@contextmanager
def opened_log(source: StoreLocation | Path, workers: int, show_status: ShowStatus) -> Iterator[EventLog]:
    if isinstance(source, Path):
        with sorted_export(source, show_status=show_status) as export:
            yield export
        return
    with closing(open_store(source, create=False, attempts=ATTEMPTS_MAX)) as store:
        match source:
            case DynamoTable():
                yield TableLog(store, name=store.name, segments=workers)
            case SqliteFile():
                yield OrderedLog(store, name=store.name)


def collect(
    batches: Iterable[StreamBatch],
    checkpoint: Checkpoint,
    *,
    state: Path | None,
    show_status: ShowStatus,
    faults_shown: bool,
) -> ExitCode | None:
    """Count every batch; how it ended where that was before the end. The state file lasts until the end."""
    saved_at = monotonic()
    try:
        for batch in batches:
            checkpoint.add(batch)
            if faults_shown:
                show_status("")
                _show_faults(batch)
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


def _show_faults(batch: StreamBatch) -> None:
    print_lines(
        json_text(fault_document(result.stream, result.fault))
        for result in batch.results
        if result.fault is not None
    )


def print_report(report: VerificationReport, format: Format, *, against: bool) -> ExitCode:
    if format is Format.JSON:
        print_lines([json_text(report.document())])
    else:
        print_lines(verification_lines(report), err=format is Format.JSONL)
    print_message(verification_summary(report, against=against))
    return ExitCode.FINDINGS if report.faults else ExitCode.CLEAN
