"""Opens what a command reads: the event store of `--db` or `--table`, the machines of `--definitions`.

A command that only reads never creates a file. Reports what is missing as click's own errors, which end in
exit code 2. The adapters of AWS are imported where they are needed: their SDK takes longer to load than most
commands to run.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import click

from statewright.cli.output import plural
from statewright.diagnostics import hint
from statewright.errors import SettingsError
from statewright.machine.compiled import Machine
from statewright.registry.folder import FILE_NAMES, definition_files
from statewright.registry.location import DefinitionLocation, open_source
from statewright.registry.place import S3Place
from statewright.registry.port import DefinitionSource
from statewright.stores.location import StoreLocation, open_store
from statewright.stores.memory import MemoryStore
from statewright.stores.port import EventStore

ATTEMPTS_MAX = 5  # of one request to AWS: a person waits more patiently than a queue


@contextmanager
def opened_store(events: StoreLocation | None, *, create: bool = False) -> Iterator[EventStore]:
    """The store in a file, which is made only when `create` is true, or in a table; in memory without one."""
    if events is None:
        yield MemoryStore()
        return
    with closing(open_store(events, create=create, attempts=ATTEMPTS_MAX)) as store:
        yield store


def source_in(definitions: DefinitionLocation) -> DefinitionSource:
    """The machines of a folder, of which there must be one, or of a place in S3."""
    if isinstance(definitions, S3Place):
        return open_source(definitions, attempts=ATTEMPTS_MAX)
    if not definitions.is_dir():
        raise click.UsageError(f'--definitions: "{definitions}" is no folder')
    if not definition_files(definitions):
        raise click.UsageError(f'--definitions: no {", ".join(FILE_NAMES)} in "{definitions}"')
    try:
        return open_source(definitions)
    except SettingsError as error:
        raise click.UsageError(f"--definitions: {error.reason}") from error


def machine_named(name: str, definitions: DefinitionLocation) -> Machine:
    """The machine that a definition there declares."""
    source = source_in(definitions)
    machine = source.machine(name)
    if machine is None:
        _refuse_broken(source, definitions)
        raise click.UsageError(
            f'no definition in "{definitions}" declares machine "{name}"{hint(name, source.names())}'
        )
    return machine


def machines_in(definitions: DefinitionLocation) -> dict[str, Machine]:
    """Every machine there by its name, as they are now; none is left out because it is broken."""
    source = source_in(definitions)
    _refuse_broken(source, definitions)
    return {name: machine for name in source.names() if (machine := source.machine(name)) is not None}


def _refuse_broken(source: DefinitionSource, definitions: DefinitionLocation) -> None:
    """The source has told on stderr which they are, and why."""
    if broken := source.state().broken:
        raise click.UsageError(
            f'--definitions: {plural(broken, "definition")} in "{definitions}" cannot be used: '
            "mend what is told above"
        )
