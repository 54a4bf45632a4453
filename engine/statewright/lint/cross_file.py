"""Findings that need several files.

They use a small summary of each checked file that can be passed between processes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from statewright.diagnostics import Code, Finding, Position, sort_findings
from statewright.language.model import Definition


@dataclass(frozen=True, slots=True)
class DeclaredMachine:
    """The machine that a file defines, and the place of its name."""

    machine: str
    position: Position
    source_line: str

    @classmethod
    def of(cls, definition: Definition) -> DeclaredMachine:
        place = definition.document.finding(Code.MACHINE_TWICE, ("machine",), "")
        return cls(definition.machine, place.position, place.source_line)


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """The findings of one file, and its machine; None if the file is too broken."""

    file: str
    findings: tuple[Finding, ...]
    declared: DeclaredMachine | None = None


def cross_file_findings(files: Iterable[CheckedFile]) -> list[Finding]:
    """Findings about files that are loaded or published together, such as the files of a folder.

    A file gets a finding if an earlier file defines the same machine. Findings about a single file are not
    included.
    """
    owners: dict[str, str] = {}
    findings = []
    for file in files:
        if file.declared is None or not file.declared.machine:
            continue
        machine = file.declared.machine
        owner = owners.setdefault(machine, file.file)
        if owner != file.file:
            message = f'machine "{machine}" is already defined in {owner}; rename one of them'
            place = file.declared
            findings.append(
                Finding(
                    file.file, place.position, Code.MACHINE_TWICE, message, place.source_line, ("machine",)
                )
            )
    return sort_findings(findings)
