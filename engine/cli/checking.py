"""Reads the files that a command is given, checks them, and shows every finding of every file.

Owns which files are looked at and how findings look; what is a finding is decided in `engine.checks`. Called
by `check` and `publish`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import click

from engine.checks import check_file
from engine.cli.output import Format, json_text, plural, print_lines, printable, say
from engine.definition.documents.source import BYTES_MAX
from engine.diagnostics import Finding, Severity
from engine.sources.folder import FILE_NAMES, definition_files

STDIN = "-"

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


@dataclass(frozen=True, slots=True)
class File:
    """`content`: None where it cannot be read; of what is too large as much as it takes to see that."""

    name: str
    content: bytes | None


def read_files(paths: Iterable[str]) -> Iterator[File]:
    """Each when it is asked for; one that cannot be read is reported and does not keep the others back."""
    for path in _paths(paths):
        name = "<stdin>" if path == STDIN else path
        try:
            with click.open_file(path, "rb") as stream:
                yield File(name, stream.read(BYTES_MAX + 1))
        except OSError as error:
            say(f"{path}: {error.strerror}")
            yield File(name, None)


def show_checked(files: Iterable[File], *, format: Format) -> bool:
    """Print the findings of all files; whether there is no error and no warning among them."""
    return show_findings(
        (check_file(file.content, file.name) for file in files if file.content is not None), format=format
    )


def show_findings(findings_by_file: Iterable[Sequence[Finding]], *, format: Format) -> bool:
    """Print them, one file after the other; whether there is no error and no warning among them."""
    severities: Counter[Severity] = Counter()
    files_with_findings = 0
    for findings in findings_by_file:
        print_lines(chain.from_iterable(_lines(finding, format) for finding in findings))
        severities.update(finding.severity for finding in findings)
        files_with_findings += bool(findings)
    if severities:
        say(_summary(severities, files_with_findings))
    return not severities[Severity.ERROR] + severities[Severity.WARNING]


def _paths(paths: Iterable[str]) -> Iterator[str]:
    """The files as given; for a folder those in it and below that are called like definitions."""
    for path in paths:
        if not Path(path).is_dir():
            yield path
            continue
        found = definition_files(Path(path))
        if not found:
            raise click.UsageError(f'no {", ".join(FILE_NAMES)} in folder "{path}"')
        yield from map(str, found)


def _lines(finding: Finding, format: Format) -> Iterator[str]:
    if format is Format.JSON:
        yield json_text(_document(finding))
        return
    headline, *source = finding.render().split("\n")
    yield click.style(printable(headline), fg=_COLOURS[finding.severity])
    for line in source:
        yield "\t".join(map(printable, line.split("\t")))


def _document(finding: Finding) -> dict[str, object]:
    return {
        "file": printable(finding.file),
        "line": finding.position.line,
        "column": finding.position.column,
        "code": finding.code.id,
        "severity": finding.severity.value,
        "message": finding.message,
    }


def _summary(severities: Counter[Severity], files: int) -> str:
    kinds = ", ".join(
        plural(severities[kind], kind.value) if kind is not Severity.INFO else f"{severities[kind]:,} info"
        for kind in Severity
        if severities[kind]
    )
    return f"{plural(severities.total(), 'finding')} in {plural(files, 'file')}: {kinds}"
