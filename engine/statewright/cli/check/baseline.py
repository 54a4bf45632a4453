"""`check --write-baseline`: write the current findings to the baseline.

`statewright.lint.baseline` defines the format.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from statewright.cli.check.report import exit_code
from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.findings import check_results
from statewright.cli.shared.findings_text import result_lines
from statewright.cli.shared.input_files import STDIN_NAME, read_files
from statewright.cli.shared.output import print_lines, print_message
from statewright.cli.shared.project import (
    entries_of_unchecked_files,
    nearest_configuration,
    read_baseline,
    relative_path,
    write_baseline,
)
from statewright.diagnostics import Severity
from statewright.lint.baseline import Baseline, apply_baseline, baseline_of
from statewright.wording import plural


def renew_baseline(paths: Sequence[str], *, file: Path | None) -> ExitCode:
    """Write all findings that count to the baseline, and print how many entries that adds and removes.

    Entries for files that exist but were not checked are kept. Errors are never written.
    """
    configuration = nearest_configuration(Path.cwd())
    target = file or configuration.baseline
    if target is None:
        raise click.UsageError(
            "--write-baseline needs a file; add --baseline FILE, or set `baseline` in the configuration"
        )
    if not target.parent.is_dir():
        raise click.UsageError(f'--write-baseline: folder "{target.parent}" does not exist; create it first')
    files = list(read_files(paths))
    names = [file.name for file in files]
    if STDIN_NAME in names:
        raise click.UsageError("standard input cannot be part of a baseline; name a file")
    results = check_results(files, configuration)
    path_of = partial(relative_path, folder=target.parent)
    before = read_baseline(target) if target.exists() else Baseline()
    compared, gone = apply_baseline(results, before, name=target.name, path_of=path_of)
    kept = entries_of_unchecked_files(gone, names, target.parent)
    after = baseline_of(results, path_of) + kept
    write_baseline(target, after)
    added, removed = baseline_of(compared, path_of).total(), (gone - kept).total()
    print_message(f"{target}: {plural(after.total(), 'finding')}, {added:,} added, {removed:,} removed")
    errors = [result for result in results if result.finding.code.severity is Severity.ERROR]
    print_lines(result_lines(errors))
    if errors:
        print_message(f"{plural(len(errors), 'error')} cannot be part of a baseline")
    return exit_code(files, clean=not errors)
