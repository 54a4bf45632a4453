"""The `check` command: report findings, apply fixes, or write a baseline."""

from __future__ import annotations

from pathlib import Path

import click

from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.help import Command, examples
from statewright.cli.shared.options import files_argument
from statewright.cli.shared.report_outputs import TEXT, Output, outputs_option

FORMATS = (TEXT, "json", "jsonl", "github", "gitlab", "junit", "markdown", "sarif")


@click.command(
    "check",
    cls=Command,
    epilog=examples(
        "statewright check",
        "statewright check services/ --fix",
        "statewright check -f text -f sarif:check.sarif",
    ),
)
@files_argument(click.Path(allow_dash=True))
@outputs_option(FORMATS)
@click.option("--fix", is_flag=True, help="Apply fixes that do not change behaviour.")
@click.option("--diff", is_flag=True, help="Show the changes that --fix would make, without making them.")
@click.option(
    "--baseline",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Ignore the known findings in this file.",
)
@click.option("--write-baseline", is_flag=True, help="Write all current warnings and info to the baseline.")
def command(
    paths: tuple[str, ...],
    *,
    outputs: tuple[Output, ...],
    fix: bool,
    diff: bool,
    baseline: Path | None,
    write_baseline: bool,
) -> ExitCode:
    """Find errors and likely mistakes in definitions.

    FILE is a file, a folder to search for *.machine.yaml, .yml and .json, a pattern such as
    'services/**/*.machine.yaml', or - for standard input. By default, the folder config is checked if it
    exists, otherwise the current folder. Exits with code 1 if there are errors or warnings; info does not
    count. A project configures the check under [check] in statewright.toml or [tool.statewright.check] in
    pyproject.toml.
    """
    if fix + diff + write_baseline > 1:
        raise click.UsageError("use only one of --fix, --diff and --write-baseline")
    from statewright.cli.check.baseline import renew_baseline
    from statewright.cli.check.fixes import fix_files, show_fixes
    from statewright.cli.check.report import report_on
    from statewright.cli.shared.input_files import read_files

    if write_baseline:
        return renew_baseline(paths, file=baseline)
    files = list(read_files(paths))
    if diff:
        return show_fixes(files)
    if fix:
        files = fix_files(files, outputs=outputs)
    return report_on(files, outputs=outputs, baseline=baseline)
