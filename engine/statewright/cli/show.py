"""The `show` command: where one aggregate stands, folded from its events under today's definition."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import click

from statewright.cli.aggregates import Standing, find_stream, standing
from statewright.cli.exit_codes import ExitCode
from statewright.cli.opening import machine_named, opened_store
from statewright.cli.output import Format, json_text, labelled, print_lines, shown
from statewright.machine.compiled import Machine
from statewright.registry.location import DefinitionLocation
from statewright.stores.location import StoreLocation
from statewright.stores.record import DefinitionStamp

DIGEST_SHOWN = 12


def show_aggregate(
    aggregate: str, *, events: StoreLocation, definitions: DefinitionLocation, format: Format
) -> ExitCode:
    """Print the state, what decided last, and what is accepted now."""
    with opened_store(events) as store:
        stream = find_stream(store, aggregate)
        machine = machine_named(stream.partition("/")[0], definitions)
        stands = standing(machine, store, stream)
    match format:
        case Format.JSON:
            click.echo(json_text(_document(stream, machine, stands)))
        case Format.TEXT:
            print_lines(_lines(stream, machine, stands))
    return ExitCode.CLEAN


def _document(stream: str, machine: Machine, stands: Standing) -> dict[str, object]:
    state, last = stands.state, stands.last
    return {
        "aggregate": stream,
        "version": state.version,
        "leaf": state.leaf,
        "data": state.data,
        "time": last.time if last else None,
        "definition": {"version": machine.version, "digest": machine.digest},
        "decided_by": {"version": last.definition.version, "digest": last.definition.digest}
        if last
        else None,
        "accepts_now": machine.accepts(state.leaf),
        "timeouts": [
            {"state": name, "after_seconds": timeout.after_seconds, "command": timeout.command}
            for name, timeout in machine.definition.timeouts_of(state.leaf).items()
        ],
    }


def _lines(stream: str, machine: Machine, stands: Standing) -> Iterator[str]:
    state, last = stands.state, stands.last
    live = DefinitionStamp(machine.version, machine.digest)
    about = {
        "state": click.style(state.leaf, bold=True),
        "version": str(state.version),
        "changed": last.time if last else "never",
        "definition": _stamp(live),
    }
    if last and last.definition != live:
        about["decided by"] = _stamp(last.definition)
    about["accepts now"] = ", ".join(machine.accepts(state.leaf)) or "nothing any more"
    if timeouts := machine.definition.timeouts_of(state.leaf):
        about["timeout"] = "; ".join(
            f"{timeout.command}, {timedelta(seconds=timeout.after_seconds)} after entering {name}"
            for name, timeout in timeouts.items()
        )
    yield click.style(stream, bold=True)
    yield from labelled(about | {f"data.{name}": shown(value) for name, value in state.data.items()})


def _stamp(stamp: DefinitionStamp) -> str:
    return f"version {stamp.version}, digest {stamp.digest[:DIGEST_SHOWN]}"
