"""Loads the machines at the place that `--definitions` names.

Missing or broken definitions are usage errors, which exit with 2.
"""

from __future__ import annotations

import click

from statewright.cli.shared.event_store import ATTEMPTS_MAX
from statewright.diagnostics import hint
from statewright.errors import SettingsError
from statewright.language.source.files import FILE_NAMES, definition_files
from statewright.machine.compiled import Machine
from statewright.registry.location import DefinitionLocation, S3Place, open_definitions
from statewright.registry.port import DefinitionSource
from statewright.wording import plural


def opened_source(definitions: DefinitionLocation) -> DefinitionSource:
    """The definitions in a folder, which must contain at least one, or in S3."""
    if isinstance(definitions, S3Place):
        return open_definitions(definitions, attempts=ATTEMPTS_MAX)
    if not definitions.is_dir():
        raise click.UsageError(f'--definitions: "{definitions}" is not a folder')
    if not definition_files(definitions):
        raise click.UsageError(f'--definitions: no {", ".join(FILE_NAMES)} in "{definitions}"')
    try:
        return open_definitions(definitions)
    except SettingsError as error:
        raise click.UsageError(f"--definitions: {error.reason}") from error


def load_machine(name: str, definitions: DefinitionLocation) -> Machine:
    """The machine with this name."""
    source = opened_source(definitions)
    machine = source.machine(name)
    if machine is None:
        _refuse_broken(source, definitions)
        raise click.UsageError(
            f'no definition in "{definitions}" declares machine "{name}"{hint(name, source.names())}'
        )
    return machine


def load_machines(definitions: DefinitionLocation) -> dict[str, Machine]:
    """All machines by name. Raises UsageError if any definition is broken."""
    source = opened_source(definitions)
    _refuse_broken(source, definitions)
    return {name: machine for name in source.names() if (machine := source.machine(name)) is not None}


def _refuse_broken(source: DefinitionSource, definitions: DefinitionLocation) -> None:
    """Raise UsageError for broken definitions. The source has already printed which and why to stderr."""
    if broken := source.state().broken:
        raise click.UsageError(
            f'--definitions: {plural(broken, "definition")} in "{definitions}" cannot be used; '
            "fix the errors above"
        )
