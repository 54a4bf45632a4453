"""The `demo` command: run the messages of an SQS event through the handler, and show the outcomes.

`make demo` runs it in a checkout. It starts with an empty folder `.demo/` each time, and writes only there.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from statewright.cli.shared import log_lines
from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.help import Command
from statewright.cli.shared.output import print_lines
from statewright.stores.location import SqliteFile
from statewright.stores.port import EventStore
from statewright.wording import plural

if TYPE_CHECKING:
    from statewright.aws.settings import Settings
    from statewright.aws.sqs import EventResult

FOLDER = Path(".demo")
EVENT = Path("config/demo/sqs-event.json")
LOG = FOLDER / "handler.log"
EVENTS = FOLDER / "events.db"
ENVIRONMENT: Mapping[str, str] = {"SQLITE_PATH": str(EVENTS), "DEFINITIONS_PATH": "config"}
AGGREGATES = ("order/o-1001", "account/a-2001")
NEXT = ("show o-1001", "history a-2001 --at 2", "why o-1001 ConfirmDelivery")


@click.command("demo", cls=Command, hidden=True)
def command() -> ExitCode:
    """Run the demo of a checkout."""
    from statewright.aws.settings import read_settings
    from statewright.cli.shared.event_store import opened_store

    if not EVENT.exists():
        raise click.UsageError(f"{EVENT} not found; run the demo in a checkout of statewright")
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    settings = read_settings(ENVIRONMENT)
    with opened_store(SqliteFile(EVENTS), create=True) as store:
        handled = _handled(json.loads(EVENT.read_bytes()), settings, store)
        print_lines(_lines(handled, store))
    return ExitCode.CLEAN


def _handled(event: object, settings: Settings, store: EventStore) -> EventResult:
    """Handle the event like the Lambda entry point, but keep the outcomes as well."""
    from statewright.aws.sqs import handle_event
    from statewright.aws.wiring import build_application

    with (
        log_lines.as_json(logging.FileHandler(LOG, encoding="utf-8")),
        build_application(settings, store=store) as application,
    ):
        return handle_event(application, event)


def _lines(handled: EventResult, store: EventStore) -> Iterator[str]:
    """The outcome of each message, the answer to SQS, and the history of two aggregates."""
    from statewright.cli.shared.event_history import history_lines
    from statewright.cli.shared.outcomes import event_result_lines

    yield _title(f"{plural(len(handled.batch.results), 'message')} of {EVENT}, handled as on Lambda")
    yield from (f"{name}={value}" for name, value in ENVIRONMENT.items())
    yield ""
    yield from event_result_lines(handled)
    for aggregate in AGGREGATES:
        yield ""
        yield from history_lines(store, aggregate)
    yield ""
    yield _title("Next")
    for command in NEXT:
        yield f"{_program()} {command} --db {EVENTS}"
    yield f"The log lines of the handler are in {LOG}."


def _program() -> str:
    """The program as the reader can call it, even if the virtual environment is not active."""
    installed = Path(sys.executable).with_name("statewright")
    return "statewright" if shutil.which("statewright") else os.path.relpath(installed)


def _title(text: str) -> str:
    return click.style(text, bold=True)
