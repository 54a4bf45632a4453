"""Checks files, applies the baseline, and writes the reports."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.findings import check_results, printed_findings
from statewright.cli.shared.findings_text import findings_summary
from statewright.cli.shared.input_files import File
from statewright.cli.shared.output import print_message
from statewright.cli.shared.project import (
    entries_of_unchecked_files,
    nearest_configuration,
    read_baseline,
    relative_path,
)
from statewright.cli.shared.report_outputs import Output, keep_apart, write_output
from statewright.escaping import printable
from statewright.lint.baseline import Baseline, apply_baseline
from statewright.lint.reports.report import CheckReport


def report_on(files: Sequence[File], *, outputs: Sequence[Output], baseline: Path | None) -> ExitCode:
    """Check the files and write all reports; errors and warnings make it fail.

    `baseline`: overrides the project's. A file that cannot be read does not stop the check of the others.
    """
    configuration = nearest_configuration(Path.cwd())
    baseline = baseline or configuration.baseline
    keep_apart(outputs, [*(file.name for file in files), *filter(None, [baseline])])
    results = check_results(files, configuration)
    if baseline is not None:
        path_of = partial(relative_path, folder=baseline.parent)
        results, gone = apply_baseline(results, read_baseline(baseline), name=baseline.name, path_of=path_of)
        _report_gone(gone, files, baseline)
    names = tuple(printable(file.name) for file in files if file.content is not None)
    unreadable = tuple(printable(file.name) for file in files if file.content is None)
    report = CheckReport(tuple(results), names, unreadable)
    for output in outputs:
        write_output(output, printed_findings(output.format, report))
    if sentence := findings_summary(results):
        print_message(sentence)
    return exit_code(files, clean=not any(result.fails for result in results))


def exit_code(files: Sequence[File], *, clean: bool) -> ExitCode:
    """An unreadable file is worse than findings, because it may contain more of them."""
    if any(file.content is None for file in files):
        return ExitCode.USAGE
    return ExitCode.CLEAN if clean else ExitCode.FINDINGS


def _report_gone(gone: Baseline, files: Sequence[File], baseline: Path) -> None:
    """Print the entries whose findings are fixed; while they stay, the same mistakes would go unnoticed."""
    entries = gone - entries_of_unchecked_files(gone, [file.name for file in files], baseline.parent)
    for line in sorted(map(str, entries)):
        print_message(f"{baseline}: no longer found: {line}")
    if entries:
        command = f"statewright check FILE… --baseline {baseline} --write-baseline"
        print_message(f"to remove fixed findings from the baseline, run `{command}`")
