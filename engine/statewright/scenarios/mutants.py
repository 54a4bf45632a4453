"""Mutants: definitions with one small mistake, to test whether the scenarios notice it.

A change that does not load, or that loads as a known definition, yields no mutant. Pure and deterministic;
`seed` selects the sample if there are too many changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from statewright.diagnostics import Position, Severity
from statewright.errors import DefinitionError
from statewright.language.build import build_definition
from statewright.language.model import Definition
from statewright.language.normal_form import normal_form
from statewright.language.source.document import Document, DocumentPath
from statewright.language.source.text import decode
from statewright.machine.compiled import Machine, compile_machine
from statewright.scenarios.edits import Mutation, edited, edits

# Positions for the findings of a mutant, which are never shown.
_NOWHERE: dict[DocumentPath, Position] = {(): Position(1, 1)}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A machine with one small mistake.

    `position`: of the changed element in the author's file. `path`: the same in the normal form. `change`: a
    description. `identity`: of the edit, independent of the wording of `change`.
    """

    position: Position
    change: str
    machine: Machine
    path: DocumentPath
    identity: str

    @property
    def upcast(self) -> tuple[str, int] | None:
        """The event and the version whose upcast is changed, or None for other changes."""
        match self.path:
            case ("events", str(event), "upcast", str(version), *_):
                return event, int(version)
            case _:
                return None


def possible_edits(definition: Definition) -> list[Mutation]:
    """Every possible change, in the order of the normal form."""
    return list(edits(normal_form(definition.document.value), definition.leaves))


def sample(possible: list[Mutation], *, limit: int, seed: int) -> list[Mutation]:
    """At most `limit` of the changes, in their order; the seed decides which."""
    drawn = sorted(range(len(possible)), key=lambda place: _drawing(seed, possible[place]))[:limit]
    return [possible[place] for place in sorted(drawn)]


def mutants(machine: Machine, tried: Iterable[Mutation]) -> Iterator[Mutant | None]:
    """A mutant for each edit, or None if it does not load or equals the machine or an earlier mutant."""
    document = machine.definition.document
    form = normal_form(document.value)
    digests = {machine.digest}
    for edit in tried:
        mutant = _loaded(edited(form, edit))
        if mutant is None or mutant.digest in digests:
            yield None
            continue
        digests.add(mutant.digest)
        position = document.position(_written(document, edit.path))
        yield Mutant(position, edit.change, mutant, edit.path, edit.identity)


def _drawing(seed: int, edit: Mutation) -> bytes:
    return hashlib.sha256(f"{seed} {edit.identity}".encode()).digest()


def _loaded(form: dict[str, Any]) -> Machine | None:
    """Load without the check of the shape, which no edit breaks and which would take most of the time."""
    document = Document(decode(b"{}", "mutant.json"), form, _NOWHERE, _NOWHERE)
    try:
        definition, findings = build_definition(document)
        if definition is None or any(finding.severity is Severity.ERROR for finding in findings):
            return None
        return compile_machine(definition)
    except DefinitionError:
        return None


def _written(document: Document, path: DocumentPath) -> DocumentPath:
    """The path in the author's file, where a single branch may be written without a list."""
    written: DocumentPath = ()
    for step in path:
        if isinstance(step, str) or isinstance(document.at(written), list):
            written = (*written, step)
    return written
