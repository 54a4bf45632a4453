"""Checks files under the project's configuration and prints the findings.

Many files are checked in parallel on all processors. `statewright.lint` decides about findings.
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

FILES_MIN = 100  # for fewer, starting processes costs more time than it saves
_FILES_AT_ONCE = 16
_LINES = {"json": "jsonl"}  # for commands whose JSON is not a single document of findings


def check_results(
    files: Sequence[File], configuration: Configuration, *, together: bool = True
) -> list[CheckResult]:
    """The results for all readable files, in their order.

    `together`: also check the files of a folder against each other.
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
    """Print the findings of each file. Return True if there are no errors and no warnings."""
    configuration = nearest_configuration(Path.cwd())
    return _show_results(check_results(list(files), configuration, together=False), outputs=(Output(format),))


def show_definition_error(error: DefinitionError, *, outputs: Sequence[Output] = STANDARD) -> ExitCode:
    """Report the findings of the error in the command's formats, and return the exit code."""
    _show_results([CheckResult(finding, finding.severity) for finding in error.findings], outputs=outputs)
    return ExitCode.FINDINGS


def printed_findings(format: str, report: CheckReport) -> Iterator[str]:
    """The report's lines. Printers for machines are imported only when needed."""
    if format == TEXT:
        return result_lines(report.results)
    from statewright.lint.reports.formats import PRINTERS

    return PRINTERS[format](report)


def _show_results(results: Sequence[CheckResult], *, outputs: Sequence[Output]) -> bool:
    """Report the results that count. Return True if none of them fails the check."""
    report = CheckReport(tuple(results), tuple(dict.fromkeys(result.finding.file for result in results)))
    for output in outputs:
        write_output(output, printed_findings(_LINES.get(output.format, output.format), report))
    if sentence := findings_summary(results):
        print_message(sentence)
    return not any(result.fails for result in results)


def _check_all(files: Sequence[tuple[bytes, str]]) -> list[CheckedFile]:
    """Check the content of each file. `files`: content and name."""
    processors = os.cpu_count() or 1
    if len(files) < FILES_MIN or processors == 1:
        return [check_definition(content, name) for content, name in files]
    return _check_side_by_side(files, processes=processors)


def _check_side_by_side(files: Sequence[tuple[bytes, str]], *, processes: int) -> list[CheckedFile]:
    """Check in several processes. The imports are local, because they take longer than checking one file."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # Never fork: the calling process may have threads.
    context = get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_leave_interrupts) as pool:
        return list(pool.map(_check, files, chunksize=_FILES_AT_ONCE))


def _check(file: tuple[bytes, str]) -> CheckedFile:
    return check_definition(*file)


def _leave_interrupts() -> None:
    """Ignore Ctrl-C in a worker: the main process handles it and stops the workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _shared_findings(
    files: Sequence[File], checked: Sequence[CheckedFile]
) -> Mapping[str, Iterable[Finding]]:
    """Findings by file that concern several files of one folder."""
    together: defaultdict[str, list[CheckedFile]] = defaultdict(list)
    for file, found in zip(files, checked, strict=True):
        for folder in file.folders:
            together[os.path.realpath(folder)].append(found)
    shared: defaultdict[str, dict[Finding, None]] = defaultdict(dict)
    for loaded in together.values():
        for finding in cross_file_findings(loaded):
            shared[finding.file][finding] = None
    return shared
