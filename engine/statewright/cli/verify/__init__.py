"""The `verify` command: fold every stored stream under candidate definitions."""

from __future__ import annotations

from pathlib import Path

import click

from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.help import Command, examples
from statewright.cli.shared.options import against_option, events_option, files_argument
from statewright.cli.shared.report_outputs import TEXT, Output, keep_apart, outputs_option
from statewright.errors import DefinitionError
from statewright.stores.location import StoreLocation

FORMATS = (TEXT, "json", "jsonl", "github", "gitlab", "junit", "markdown")


@click.command(
    "verify",
    cls=Command,
    epilog=examples(
        "statewright verify --db events.db", "statewright verify config/ --table events --against published"
    ),
)
@files_argument(click.Path(allow_dash=True))
@events_option(create=False, without="not with --export")
@click.option(
    "--export",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Read events from this folder, a local copy of a full export of the table to S3.",
)
@against_option("Also require the data that an old version gives:")
@click.option("--machine", metavar="NAME", help="Verify only the streams of this machine.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    metavar="N",
    default=4,
    show_default=True,
    help="Scan this many segments of the table in parallel.",
)
@click.option(
    "--state",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Save progress in this file, so that the same command resumes after an interruption.",
)
@outputs_option(FORMATS, "jsonl prints one faulty stream per line, and the report to stderr.")
def command(
    paths: tuple[str, ...],
    *,
    events: StoreLocation | None,
    export: Path | None,
    against: str | None,
    machine: str | None,
    workers: int,
    state: Path | None,
    outputs: tuple[Output, ...],
) -> ExitCode:
    """Fold every stored stream under new definitions.

    FILE is a file, a folder or s3://BUCKET/PREFIX. By default, the folder config is read if it exists,
    otherwise the current folder. Every stream is folded from its first event; snapshots are only compared.
    A table is scanned. Nothing is written to the store. Exits with code 1 if a stream no longer folds, or
    folds to a different result.
    """
    source = events if events is not None else export
    if source is None or (events is not None and export is not None):
        raise click.UsageError("give the events as one of --db FILE, --table NAME or --export DIR")
    from statewright.cli.shared.findings import show_definition_error
    from statewright.cli.shared.progress import status_line
    from statewright.cli.verify.definitions import load_definitions
    from statewright.cli.verify.formats import VerificationResult
    from statewright.cli.verify.verification import (
        collect,
        fault_lines,
        opened_log,
        print_report,
        require_own_files,
    )
    from statewright.diagnostics import hint
    from statewright.evolution.verify.checkpoint import new_checkpoint, resumed_checkpoint
    from statewright.evolution.verify.segments import verify_log

    require_own_files(state, outputs, source)
    try:
        definitions = load_definitions(paths, against=against)
    except DefinitionError as error:
        keep_apart(outputs, {finding.file for finding in error.findings})
        return show_definition_error(error, outputs=outputs)
    keep_apart(outputs, definitions.files)
    if machine is not None and machine not in definitions.candidates:
        known = hint(machine, list(definitions.candidates))
        raise click.UsageError(f'--machine: no definition declares "{machine}"{known}')
    with (
        status_line() as show_status,
        opened_log(source, workers, show_status) as log,
        fault_lines(outputs) as show_faults,
    ):
        checkpoint = new_checkpoint(log, definitions, machine=machine)
        if state is not None:
            checkpoint = resumed_checkpoint(state, checkpoint)
        batches = verify_log(log, definitions, checkpoint.positions, machine=machine)
        ending = collect(batches, checkpoint, state=state, show_status=show_status, show_faults=show_faults)
    result = VerificationResult(checkpoint.report, definitions.candidates, against is not None)
    return ending or print_report(result, outputs)
