"""Checks the files that a command is given, as the project's configuration wants it, and prints the findings.

Many files are checked on all processors; a few in this process, which is faster than starting another.

What is a finding and what counts is decided in `statewright.lint`.
"""

from __future__ import annotations

import os
import signal
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.findings_text import findings_summary, result_lines
from statewright.cli.shared.input_files import File
from statewright.cli.shared.output import Format, print_message
from statewright.cli.shared.project import nearest_configuration, nearest_schema
from statewright.cli.shared.report_outputs import STANDARD, TEXT, Output, write_output
from statewright.diagnostics import Finding, sort_findings
from statewright.errors import DefinitionError
from statewright.escaping import printable
from statewright.lint import CheckedFile, check_definition, cross_file_findings
from statewright.lint.configuration import Configuration
from statewright.lint.file_results import file_results
from statewright.lint.reports.report import CheckReport
from statewright.lint.result import CheckResult

FILES_MIN = 100  # below, starting processes costs more than it saves
_FILES_AT_ONCE = 16
_LINES = {"json": "jsonl"}  # of a command whose JSON is no document of findings


def check_results(
    files: Sequence[File], configuration: Configuration, *, together: bool = True
) -> list[CheckResult]:
    """What is found in the files that could be read: file by file in their order.

    `together`: also what is wrong with a file only beside the others of its folder.
    """
    readable = [file for file in files if file.content is not None]
    contents = [(file.content or b"", printable(file.name)) for file in readable]
    checked = _check_all(contents)
    shared = _shared_findings(readable, checked) if together else {}
    return [
        result
        for (content, name), found in zip(contents, checked, strict=True)
        for result in file_results(
            content,
            name,
            sort_findings([*found.findings, *shared.get(name, ())]),
            configuration=configuration,
            schema_of=nearest_schema,
        )
    ]


def show_checked(files: Iterable[File], *, format: Format) -> bool:
    """Print the findings of each file; whether there is no error and no warning among them."""
    configuration = nearest_configuration(Path.cwd())
    return _show_results(check_results(list(files), configuration, together=False), outputs=(Output(format),))


def show_definition_error(error: DefinitionError, *, outputs: Sequence[Output] = STANDARD) -> ExitCode:
    """Report its findings in the formats of the command; the exit code that they mean."""
    _show_results([CheckResult(finding, finding.severity) for finding in error.findings], outputs=outputs)
    return ExitCode.FINDINGS


def printed_findings(format: str, report: CheckReport) -> Iterator[str]:
    """The printers and what they need are imported here: most runs are for people."""
    if format == TEXT:
        return result_lines(report.results)
    from statewright.lint.reports.formats import PRINTERS

    return PRINTERS[format](report)


def _show_results(results: Sequence[CheckResult], *, outputs: Sequence[Output]) -> bool:
    """Report those that count; whether none of them makes a check fail. JSON is a line for each."""
    report = CheckReport(tuple(results), tuple(dict.fromkeys(result.finding.file for result in results)))
    for output in outputs:
        write_output(output, printed_findings(_LINES.get(output.format, output.format), report))
    if sentence := findings_summary(results):
        print_message(sentence)
    return not any(result.fails for result in results)


def _check_all(files: Sequence[tuple[bytes, str]]) -> list[CheckedFile]:
    """Content and name of each file to what is found in it."""
    processors = os.cpu_count() or 1
    if len(files) < FILES_MIN or processors == 1:
        return [check_definition(content, name) for content, name in files]
    return _check_side_by_side(files, processes=processors)


def _check_side_by_side(files: Sequence[tuple[bytes, str]], *, processes: int) -> list[CheckedFile]:
    """The modules are imported here: a check of one file would wait for them longer than for itself."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # Never fork: this process may have threads, those of whoever called it.
    context = get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_leave_interrupts) as pool:
        return list(pool.map(_check, files, chunksize=_FILES_AT_ONCE))


def _check(file: tuple[bytes, str]) -> CheckedFile:
    return check_definition(*file)


def _leave_interrupts() -> None:
    """Ctrl-C is for the process that people see, which ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _shared_findings(
    files: Sequence[File], checked: Sequence[CheckedFile]
) -> Mapping[str, Iterable[Finding]]:
    """By file, what is wrong with it beside the other files of its folders."""
    together: defaultdict[str, list[CheckedFile]] = defaultdict(list)
    for file, found in zip(files, checked, strict=True):
        for folder in file.folders:
            together[os.path.realpath(folder)].append(found)
    shared: defaultdict[str, dict[Finding, None]] = defaultdict(dict)
    for loaded in together.values():
        for finding in cross_file_findings(loaded):
            shared[finding.file][finding] = None
    return shared
