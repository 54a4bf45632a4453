"""Findings that no file has on its own.

Looks at what is left of each file after it was checked, which is small and can cross a process boundary.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from statewright.diagnostics import Code, Finding, Position, sort_findings
from statewright.language.model import Definition


@dataclass(frozen=True, slots=True)
class DeclaredMachine:
    """The machine that a file defines, and where it says so."""

    machine: str
    position: Position
    source_line: str

    @classmethod
    def of(cls, definition: Definition) -> DeclaredMachine:
        place = definition.document.finding(Code.MACHINE_TWICE, ("machine",), "")
        return cls(definition.machine, place.position, place.source_line)


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """One file's findings, and its machine; None where the file is too broken to have one."""

    file: str
    findings: tuple[Finding, ...]
    declared: DeclaredMachine | None = None


def cross_file_findings(files: Iterable[CheckedFile]) -> list[Finding]:
    """Findings about files that are meant to be loaded or published together, such as those of one folder.

    Each file whose machine an earlier one defines gets one; the files' own findings are not repeated.
    """
    owners: dict[str, str] = {}
    findings = []
    for file in files:
        if file.declared is None or not file.declared.machine:
            continue
        machine = file.declared.machine
        owner = owners.setdefault(machine, file.file)
        if owner != file.file:
            message = f'machine "{machine}" is already defined in {owner}, give one of them another name'
            place = file.declared
            findings.append(
                Finding(
                    file.file, place.position, Code.MACHINE_TWICE, message, place.source_line, ("machine",)
                )
            )
    return sort_findings(findings)
