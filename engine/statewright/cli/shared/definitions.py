"""The machines that `--definitions` names.

Reports what is missing as click's own errors, which end in exit code 2.
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
    """The machines of a folder, of which there must be one, or of a place in S3."""
    if isinstance(definitions, S3Place):
        return open_definitions(definitions, attempts=ATTEMPTS_MAX)
    if not definitions.is_dir():
        raise click.UsageError(f'--definitions: "{definitions}" is no folder')
    if not definition_files(definitions):
        raise click.UsageError(f'--definitions: no {", ".join(FILE_NAMES)} in "{definitions}"')
    try:
        return open_definitions(definitions)
    except SettingsError as error:
        raise click.UsageError(f"--definitions: {error.reason}") from error


def load_machine(name: str, definitions: DefinitionLocation) -> Machine:
    """The machine that a definition there declares."""
    source = opened_source(definitions)
    machine = source.machine(name)
    if machine is None:
        _refuse_broken(source, definitions)
        raise click.UsageError(
            f'no definition in "{definitions}" declares machine "{name}"{hint(name, source.names())}'
        )
    return machine


def load_machines(definitions: DefinitionLocation) -> dict[str, Machine]:
    """Every machine there by its name, as they are now; none is left out because it is broken."""
    source = opened_source(definitions)
    _refuse_broken(source, definitions)
    return {name: machine for name in source.names() if (machine := source.machine(name)) is not None}


def _refuse_broken(source: DefinitionSource, definitions: DefinitionLocation) -> None:
    """The source has told on stderr which they are, and why."""
    if broken := source.state().broken:
        raise click.UsageError(
            f'--definitions: {plural(broken, "definition")} in "{definitions}" cannot be used: '
            "mend what is told above"
        )
