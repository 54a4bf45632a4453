"""The `check` command: definitions to findings, fixes or a baseline."""

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
@click.option("--fix", is_flag=True, help="Mend what can be mended without a change of meaning.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and nothing else.")
@click.option(
    "--baseline",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Findings that are known and do not count.",
)
@click.option("--write-baseline", is_flag=True, help="Make today's warnings and info the baseline.")
def command(
    paths: tuple[str, ...],
    *,
    outputs: tuple[Output, ...],
    fix: bool,
    diff: bool,
    baseline: Path | None,
    write_baseline: bool,
) -> ExitCode:
    """Report everything that is wrong with definitions.

    FILE may be a folder, which is searched for *.machine.yaml, .yml and .json, a pattern such as
    'services/**/*.machine.yaml', or - for standard input; without any it is the folder config, else the
    current one. Errors and warnings end in exit code 1; info is shown and fails nothing. [check] in
    statewright.toml, or [tool.statewright.check] in pyproject.toml, says what counts in a project.
    """
    if fix + diff + write_baseline > 1:
        raise click.UsageError("--fix, --diff and --write-baseline: one at a time")
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
