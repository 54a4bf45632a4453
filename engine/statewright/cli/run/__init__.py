"""The `run` command: pass commands from a file or a pipe to the handler.

Reads, settles and shows one batch at a time. A result is shown after its events are stored, so stopping a run
loses nothing. With events in a file or table, memory use does not grow with the input.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from statewright.cli.run.batches import Batch, read_batches
from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.help import Command, examples
from statewright.cli.shared.options import EXISTING_INPUT, definitions_option, events_option, format_option
from statewright.cli.shared.output import Format, print_lines, print_message
from statewright.cli.shared.progress import progress
from statewright.registry.location import DefinitionLocation
from statewright.reports.json_text import json_text
from statewright.stores.location import StoreLocation

if TYPE_CHECKING:
    from statewright.aws.sqs import EventResult


@click.command(
    "run",
    cls=Command,
    epilog=examples("statewright run commands.jsonl", "statewright run sqs-event.json --db events.db"),
)
@click.argument("path", metavar="FILE", type=EXISTING_INPUT)
@events_option(create=True, without="default: in memory")
@definitions_option
@click.option("--verbose", is_flag=True, help="Also print accepted commands.")
@format_option("Print text, or JSON with one command per line; the summary goes to stderr.")
def command(
    path: str, *, events: StoreLocation | None, definitions: DefinitionLocation, verbose: bool, format: Format
) -> ExitCode:
    """Run commands through the handler.

    FILE, or - for standard input, contains either one SQS event, as Lambda receives it, or one command per
    line. Lines are handled in batches of ten; with --db or --table, memory use does not grow with their
    number. Exits with code 1 if a command was not accepted.
    """
    from statewright.aws.sqs import handle_event
    from statewright.cli.shared.definitions import opened_source
    from statewright.cli.shared.event_store import opened_store
    from statewright.cli.shared.outcomes import SUCCESSES, outcome_counts
    from statewright.runtime.application import Application

    if events is None:
        print_message("events are kept in memory only; to store them, add --db FILE or --table NAME")
    file = "<stdin>" if path == "-" else path
    codes: Counter[str] = Counter()
    ending = None
    source = opened_source(definitions)
    with (
        click.open_file(path, "rb") as stream,
        opened_store(events, create=True) as store,
        Application(store=store, definitions=source) as application,
        progress(stream) as show,
    ):
        try:
            for batch in read_batches(stream):
                handled = handle_event(application, batch.event)
                codes.update(result.code for result in handled.batch.results)
                show(_lines(batch, handled, file, format=format, verbose=verbose))
        except KeyboardInterrupt:
            ending = ExitCode.INTERRUPTED
    for line in outcome_counts(codes):
        print_lines([line], err=format is Format.JSON)
    return ending or (ExitCode.CLEAN if codes.keys() <= SUCCESSES else ExitCode.FINDINGS)


def _lines(batch: Batch, handled: EventResult, file: str, *, format: Format, verbose: bool) -> Iterator[str]:
    from statewright.cli.shared.outcomes import event_result_lines, outcome_documents, outcome_lines

    match format:
        case Format.JSON:
            yield from outcome_documents(handled.batch.results)
            if batch.given:
                yield json_text(handled.response)
        case Format.TEXT if batch.given:
            yield from event_result_lines(handled)
            yield ""
        case Format.TEXT:
            yield from outcome_lines(handled.batch.results, file, verbose=verbose)
