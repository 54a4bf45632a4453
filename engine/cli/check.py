"""The `check` command: files to findings, all of them shown, worst news as the exit code.

Owns which files are looked at; what is a finding is decided in `engine.checks`. A file that cannot be read
does not keep the others from being checked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import click

from engine.checks import check_file
from engine.cli.exit_codes import ExitCode
from engine.cli.output import Format, json_text, plural, print_lines, printable, say
from engine.definition.documents.source import BYTES_MAX
from engine.diagnostics import Finding, Severity
from engine.sources.folder import FILE_NAMES, definition_files

STDIN = "-"

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


def check_files(paths: Sequence[str], *, format: Format) -> ExitCode:
    """Print the findings of every file; errors and warnings fail, info does not."""
    severities: Counter[Severity] = Counter()
    files_with_findings = 0
    complete = True
    for path in _files(paths):
        try:
            with click.open_file(path, "rb") as stream:
                content = stream.read(BYTES_MAX + 1)
        except OSError as error:
            say(f"{path}: {error.strerror}")
            complete = False
            continue
        findings = check_file(content, "<stdin>" if path == STDIN else path)
        print_lines(chain.from_iterable(_lines(finding, format) for finding in findings))
        severities.update(finding.severity for finding in findings)
        files_with_findings += bool(findings)
    if severities:
        say(_summary(severities, files_with_findings))
    if not complete:
        return ExitCode.USAGE
    return ExitCode.FINDINGS if severities[Severity.ERROR] + severities[Severity.WARNING] else ExitCode.CLEAN


def _files(paths: Iterable[str]) -> Iterator[str]:
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
