"""The `check` command: files to findings, all of them shown, worst news as the exit code.

What is a finding is decided in `engine.checks`; how files are read, and findings look, in
`engine.cli.checking`.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.cli.checking import read_files, show_checked
from engine.cli.exit_codes import ExitCode
from engine.cli.output import Format


def check_files(paths: Sequence[str], *, format: Format) -> ExitCode:
    """Print the findings of every file; errors and warnings fail, info does not.

    A file that cannot be read does not keep the others from being checked.
    """
    files = list(read_files(paths))
    clean = show_checked(files, format=format)
    if any(file.content is None for file in files):
        return ExitCode.USAGE
    return ExitCode.CLEAN if clean else ExitCode.FINDINGS
