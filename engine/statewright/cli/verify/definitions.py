"""Loads the candidate definitions, and those to compare data with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

import click

from statewright.cli.shared.definitions import load_machines
from statewright.cli.shared.input_files import File, read_files
from statewright.cli.shared.old_versions import S3, old_files
from statewright.evolution.verify import Definitions
from statewright.language import load_definition
from statewright.machine.compiled import Machine, compile_machine
from statewright.registry.location import S3Place


def load_definitions(places: Sequence[str], *, against: str | None) -> Definitions:
    """Load candidates from files, folders or S3. Raises DefinitionError if a file does not compile."""
    candidates = _by_name(_candidates(places))
    return Definitions(candidates, _by_name(_old_versions(against, places, candidates)))


def _candidates(places: Iterable[str]) -> Iterator[Machine]:
    """Raises DefinitionError if a file does not compile."""
    for place in places:
        if place.startswith(S3):
            yield from load_machines(_s3_place(place)).values()
        else:
            yield from map(_compiled, read_files([place]))


def _old_versions(against: str | None, places: Sequence[str], machines: Collection[str]) -> Iterator[Machine]:
    """Raises DefinitionError, and SourceUnavailable if `against` cannot be read."""
    if against is not None:
        for file in old_files(against, places, machines):
            yield _compiled(file, published=True)


def _s3_place(text: str) -> S3Place:
    try:
        return S3Place.parse(text)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _compiled(file: File, *, published: bool = False) -> Machine:
    if file.content is None:
        raise click.UsageError(f'"{file.name}" cannot be read; name a file, a folder or s3://BUCKET/PREFIX')
    return compile_machine(load_definition(file.content, file.name, published=published))


def _by_name(machines: Iterable[Machine]) -> dict[str, Machine]:
    known: dict[str, Machine] = {}
    for machine in machines:
        if machine.name in known:
            both = " and ".join(f'"{one.definition.document.file}"' for one in (known[machine.name], machine))
            raise click.UsageError(f'{both} both declare machine "{machine.name}"')
        known[machine.name] = machine
    return known
