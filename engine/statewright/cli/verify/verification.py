"""Every stored stream folded under candidate definitions, with a report at the end.

Owns what is opened, when the state is saved and what is printed while it runs; what a stream comes to is
decided in `statewright.evolution.verify`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic

import click

from statewright.cli.shared.definitions import load_machines
from statewright.cli.shared.event_store import ATTEMPTS_MAX
from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.findings import show_findings
from statewright.cli.shared.input_files import File, read_files
from statewright.cli.shared.old_versions import S3, old_files
from statewright.cli.shared.output import Format, json_text, print_lines, print_message
from statewright.cli.shared.progress import status_line
from statewright.cli.verify.report import fault_document, report_lines, so_far, summary
from statewright.diagnostics import hint
from statewright.errors import DefinitionError
from statewright.evolution.verify import Definitions, VerificationReport
from statewright.evolution.verify.checkpoint import (
    Checkpoint,
    new_checkpoint,
    resumed_checkpoint,
    save_checkpoint,
)
from statewright.evolution.verify.event_logs import EventLog, OrderedLog, TableLog
from statewright.evolution.verify.segments import StreamBatch, verify_log
from statewright.evolution.verify.sorted_export import sorted_export
from statewright.language import load_definition
from statewright.machine.compiled import Machine, compile_machine
from statewright.registry.place import S3Place
from statewright.stores.location import DynamoTable, SqliteFile, StoreLocation, open_store

SECONDS_BETWEEN_SAVES = 2.0

ShowStatus = Callable[[str], None]


def verify_streams(
    places: Sequence[str],
    *,
    against: str | None,
    source: StoreLocation | Path,
    machine: str | None,
    workers: int,
    state: Path | None,
    format: Format,
) -> ExitCode:
    """`source`: a file of events, the folder of an export, or a table. `places`: files, folders, S3.

    Exit code 1 if a stream does not fold, or to something else than what is stored.
    """
    if state is not None:
        _require_own_file(state, source)
    try:
        candidates = _by_name(_candidates(places))
        definitions = Definitions(candidates, _by_name(_old_versions(against, places, candidates)))
    except DefinitionError as error:
        show_findings([error.findings], format=Format.TEXT)
        return ExitCode.FINDINGS
    if machine is not None and machine not in candidates:
        known = hint(machine, list(candidates))
        raise click.UsageError(f'--machine: no definition declares "{machine}"{known}')
    with status_line() as show_status, _opened(source, workers, show_status) as log:
        checkpoint = new_checkpoint(log, definitions, machine=machine)
        if state is not None:
            checkpoint = resumed_checkpoint(state, checkpoint)
        batches = verify_log(log, definitions, checkpoint.positions, machine=machine)
        ending = _collect(
            batches, checkpoint, state=state, show_status=show_status, faults_shown=format is Format.JSONL
        )
    return ending or _print_report(checkpoint.report, format, against=against is not None)


def _require_own_file(state: Path, source: StoreLocation | Path) -> None:
    """The state is replaced as it grows, and removed at the end."""
    if not state.parent.is_dir():
        raise click.UsageError(f'--state: there is no folder "{state.parent}", make it first')
    events = source.path if isinstance(source, SqliteFile) else None
    if events is not None and state.exists() and state.samefile(events):
        raise click.UsageError(f'--state: "{state}" holds the events, name a file of its own')


def _candidates(places: Iterable[str]) -> Iterator[Machine]:
    """Raises DefinitionError for a file that does not compile."""
    for place in places:
        if place.startswith(S3):
            yield from load_machines(_s3_place(place)).values()
        else:
            yield from map(_compiled, read_files([place]))


def _old_versions(against: str | None, places: Sequence[str], machines: Collection[str]) -> Iterator[Machine]:
    """Raises DefinitionError, and SourceUnavailable where nothing can be read there."""
    if against is not None:
        yield from map(_compiled, old_files(against, places, machines))


def _s3_place(text: str) -> S3Place:
    try:
        return S3Place.parse(text)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _compiled(file: File) -> Machine:
    if file.content is None:
        raise click.UsageError(f'"{file.name}" cannot be read: name a file, a folder or s3://bucket/prefix')
    return compile_machine(load_definition(file.content, file.name))


def _by_name(machines: Iterable[Machine]) -> dict[str, Machine]:
    known: dict[str, Machine] = {}
    for machine in machines:
        if machine.name in known:
            both = " and ".join(f'"{one.definition.document.file}"' for one in (known[machine.name], machine))
            raise click.UsageError(f'{both} both declare machine "{machine.name}"')
        known[machine.name] = machine
    return known


@contextmanager
def _opened(source: StoreLocation | Path, workers: int, show_status: ShowStatus) -> Iterator[EventLog]:
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


def _collect(
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


def _print_report(report: VerificationReport, format: Format, *, against: bool) -> ExitCode:
    if format is Format.JSON:
        print_lines([json_text(report.document())])
    else:
        for line in report_lines(report):
            click.echo(line, err=format is Format.JSONL)
    print_message(summary(report, against=against))
    return ExitCode.FINDINGS if report.faults else ExitCode.CLEAN
