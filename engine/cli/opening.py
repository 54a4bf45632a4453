"""Opens what a command reads: the event store of `--db`, a machine of `--definitions`.

A command that only reads never creates a file. Reports what is missing as click's own errors, which end in
exit code 2. Called by the commands about aggregates, by `run` and by the demo.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from engine.core.machine import Machine
from engine.diagnostics import hint
from engine.errors import SettingsError
from engine.sources.files import FilesSource
from engine.sources.folder import FILE_NAMES, definition_files
from engine.stores.memory import MemoryStore
from engine.stores.port import EventStore
from engine.stores.sqlite import SqliteStore


@contextmanager
def opened_store(db: Path | None, *, create: bool = False) -> Iterator[EventStore]:
    """The store in the file `db`, which is made only when `create` is true; in memory without one."""
    if db is None:
        yield MemoryStore()
        return
    store = SqliteStore(db, create=create)
    try:
        yield store
    finally:
        store.close()


def source_in(definitions: Path) -> FilesSource:
    """The machines of a folder, of which there must be one."""
    if not definitions.is_dir():
        raise click.UsageError(f'--definitions: "{definitions}" is no folder')
    if not definition_files(definitions):
        raise click.UsageError(f'--definitions: no {", ".join(FILE_NAMES)} in "{definitions}"')
    try:
        return FilesSource(definitions)
    except SettingsError as error:
        raise click.UsageError(f"--definitions: {error.reason}") from error


def machine_named(name: str, definitions: Path) -> Machine:
    """The machine that a definition in this folder declares."""
    source = source_in(definitions)
    machine = source.machine(name)
    if machine is None:
        raise click.UsageError(
            f'no definition in "{definitions}" declares machine "{name}"{hint(name, source.names())}'
        )
    return machine
