"""The `show` command: print the current state of one aggregate, folded with the current definition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.help import Command, examples
from statewright.cli.shared.options import definitions_option, events_option, format_option
from statewright.cli.shared.output import Format, labelled, print_lines, shown
from statewright.escaping import printable
from statewright.registry.location import DefinitionLocation
from statewright.reports.json_text import json_text
from statewright.stores.location import StoreLocation
from statewright.stores.record import DefinitionStamp

if TYPE_CHECKING:
    from statewright.machine.compiled import Machine
    from statewright.runtime.streams import LoadedAggregate

DIGEST_SHOWN = 12


@click.command(
    "show",
    cls=Command,
    epilog=examples(
        "statewright show order/o-1001 --db events.db", "statewright show o-1001 --table events -f json"
    ),
)
@click.argument("aggregate")
@events_option(create=False)
@definitions_option
@format_option("Print text, or one JSON object.")
def command(
    aggregate: str, *, events: StoreLocation, definitions: DefinitionLocation, format: Format
) -> ExitCode:
    """Print the state of an aggregate and the commands it accepts.

    AGGREGATE is machine/id, or just the id if it is unique (slower).
    """
    from statewright.cli.shared.definitions import load_machine
    from statewright.cli.shared.event_store import find_stream, opened_store
    from statewright.runtime.streams import load_aggregate

    with opened_store(events) as store:
        stream = find_stream(store, aggregate)
        machine = load_machine(stream.partition("/")[0], definitions)
        loaded = load_aggregate(machine, store, stream)
    match format:
        case Format.JSON:
            print_lines([json_text(_document(stream, machine, loaded))])
        case Format.TEXT:
            print_lines(_lines(stream, machine, loaded))
    return ExitCode.CLEAN


def _document(stream: str, machine: Machine, loaded: LoadedAggregate) -> dict[str, object]:
    state, last = loaded.state, loaded.last
    return {
        "aggregate": stream,
        "version": state.version,
        "leaf": state.leaf,
        "data": state.data,
        "time": last.time if last else None,
        "definition": {"version": machine.version, "digest": machine.digest},
        "decided_by": asdict(last.definition) if last else None,
        "accepts_now": machine.accepts(state.leaf),
        "timeouts": [
            {"state": name, "after_seconds": timeout.after_seconds, "command": timeout.command}
            for name, timeout in machine.definition.timeouts_of(state.leaf).items()
        ],
    }


def _lines(stream: str, machine: Machine, loaded: LoadedAggregate) -> Iterator[str]:
    from statewright.wording import duration_text

    state, last = loaded.state, loaded.last
    live = DefinitionStamp(machine.version, machine.digest)
    about = {
        "state": click.style(printable(state.leaf), bold=True),
        "version": str(state.version),
        "changed": last.time if last else "never",
        "definition": _stamp(live),
    }
    if last and last.definition != live:
        about["decided by"] = _stamp(last.definition)
    about["accepts now"] = ", ".join(machine.accepts(state.leaf)) or "no more commands"
    if timeouts := machine.definition.timeouts_of(state.leaf):
        about["timeout"] = "; ".join(
            f"{timeout.command}, {duration_text(timeout.after_seconds)} after entering {name}"
            for name, timeout in timeouts.items()
        )
    yield click.style(printable(stream), bold=True)
    yield from labelled(about | {f"data.{name}": shown(value) for name, value in state.data.items()})


def _stamp(stamp: DefinitionStamp) -> str:
    return f"version {stamp.version}, digest {stamp.digest[:DIGEST_SHOWN]}"
