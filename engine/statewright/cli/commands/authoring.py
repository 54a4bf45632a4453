"""The surface of the commands for authors: what is said about a definition before it is deployed.

Only arguments, options and help; each body imports the module that does the work.
"""

from __future__ import annotations

from pathlib import Path

import click

from statewright.cli.exit_codes import ExitCode
from statewright.cli.options import files_argument
from statewright.cli.report_output import TEXT, Output, outputs_option

FORMATS = (TEXT, "json", "jsonl", "github", "gitlab", "junit", "sarif")


@click.command()
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
def check(
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
    if write_baseline:
        from statewright.cli.baseline_renewal import renew_baseline

        return renew_baseline(paths, file=baseline)
    if diff:
        from statewright.cli.fixing import show_fixes

        return show_fixes(paths)
    if fix:
        from statewright.cli.fixing import fix_files

        return fix_files(paths, outputs=outputs, baseline=baseline)
    from statewright.cli.check import check_files

    return check_files(paths, outputs=outputs, baseline=baseline)


COMMANDS = (check,)
