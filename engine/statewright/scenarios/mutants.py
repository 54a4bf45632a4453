"""Definitions with one small mistake, to see whether the scenarios notice it.

A mutant is a definition like any other; what does not load, or means the same, is none. Pure and
deterministic: of too many a sample is drawn by the seed.
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

_NOWHERE: dict[DocumentPath, Position] = {
    (): Position(1, 1)
}  # places of a mutant's findings, which nobody reads


@dataclass(frozen=True, slots=True)
class Mutant:
    """`position`: of what is changed, in the author's file. `change`: what is changed, in words.

    `path`: of what is changed, in the normal form. `identity`: that of the edit.
    """

    position: Position
    change: str
    machine: Machine
    path: DocumentPath
    identity: str

    @property
    def upcast(self) -> tuple[str, int] | None:
        """The event, and the version that is upcast, where the change is in that."""
        match self.path:
            case ("events", str(event), "upcast", str(version), *_):
                return event, int(version)
            case _:
                return None


def possible_edits(definition: Definition) -> list[Mutation]:
    """Every change that `mutants` would try, in the order of the normal form."""
    return list(edits(normal_form(definition.document.value), definition.leaves))


def sample(possible: list[Mutation], *, limit: int, seed: int) -> list[Mutation]:
    """At most `limit` of them, in their order; another seed draws others."""
    drawn = sorted(range(len(possible)), key=lambda place: _drawing(seed, possible[place]))[:limit]
    return [possible[place] for place in sorted(drawn)]


def mutants(machine: Machine, tried: Iterable[Mutation]) -> Iterator[Mutant | None]:
    """For each edit its mutant; None where it does not load, or loads as what there is already."""
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
    """No edit breaks the shape, so it is not checked again: that would take most of the time."""
    document = Document(decode(b"{}", "mutant.json"), form, _NOWHERE, _NOWHERE)
    try:
        definition, findings = build_definition(document)
        if definition is None or any(finding.severity is Severity.ERROR for finding in findings):
            return None
        return compile_machine(definition)
    except DefinitionError:
        return None


def _written(document: Document, path: DocumentPath) -> DocumentPath:
    """The place in the author's file: one branch may stand there without a list around it."""
    written: DocumentPath = ()
    for step in path:
        if isinstance(step, str) or isinstance(document.at(written), list):
            written = (*written, step)
    return written
