"""The `import` command: check a whole file of events, then write it stream by stream."""

from __future__ import annotations

import click

from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.help import Command, examples
from statewright.cli.shared.options import EXISTING_INPUT, definitions_option, events_option, format_option
from statewright.cli.shared.output import Format, print_message
from statewright.clock import utc_now
from statewright.registry.location import DefinitionLocation
from statewright.stores.location import DynamoTable, StoreLocation


@click.command(
    "import",
    cls=Command,
    epilog=examples(
        "statewright import history.jsonl --dry-run", "statewright import history.jsonl --table events"
    ),
)
@click.argument("path", metavar="FILE", type=EXISTING_INPUT)
@events_option(create=True, without="not needed with --dry-run")
@definitions_option
@click.option("--dry-run", is_flag=True, help="Read, fold and report without writing anything.")
@click.option("--skip-faulty", is_flag=True, help="Import the remaining streams if some do not fold.")
@format_option("Print text, or JSON with one line per stream that does not fold; the rest goes to stderr.")
def command(
    path: str,
    *,
    events: StoreLocation | None,
    definitions: DefinitionLocation,
    dry_run: bool,
    skip_faulty: bool,
    format: Format,
) -> ExitCode:
    """Append events exported from another system.

    FILE, or - for standard input, contains one JSON object per event with the keys stream, version, type,
    data, time, and optionally event_version, command_id, actor_id, correlation_id, causation_id, sorted by
    stream and version. The whole file is read and folded first, and events are written only if every stream
    folds. Events that are already stored are compared and never overwritten, so an interrupted import can be
    run again. Exits with code 1 if a stream does not fold.
    """
    if events is None and not dry_run:
        raise click.UsageError("give --db FILE or --table NAME to write to, or --dry-run to write nothing")
    from statewright.cli.import_.history_file import (
        STREAMS_AT_ONCE,
        readable_twice,
        refusal,
        survey_lines,
        survey_of,
        write,
    )
    from statewright.cli.shared.definitions import load_machines
    from statewright.cli.shared.event_store import opened_store

    machines = load_machines(definitions)
    with readable_twice(path) as file:
        survey = survey_of(file, machines, "<stdin>" if path == "-" else path, format)
        for line in survey_lines(survey, now=utc_now()):
            click.echo(line, err=format is Format.JSON)
        if survey.faulty and not skip_faulty:
            print_message(*refusal(survey))
        elif events is None or dry_run:
            print_message("nothing was written")
        else:
            with opened_store(events, create=True) as store:
                at_once = STREAMS_AT_ONCE if isinstance(events, DynamoTable) else 1
                report = write(file, store, machines, skip=survey.faulty, at_once=at_once)
            click.echo(report, err=format is Format.JSON)
    return ExitCode.FINDINGS if survey.faulty else ExitCode.CLEAN
