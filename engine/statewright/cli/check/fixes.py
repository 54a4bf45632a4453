"""`check --fix` and `check --diff`: apply safe fixes to files, or show the changes.

`statewright.lint.fixes` decides which edits are safe.
"""

from __future__ import annotations

import difflib
import os
import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile

import click

from statewright.cli.check.report import exit_code
from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.findings import check_results
from statewright.cli.shared.input_files import STDIN_NAME, File
from statewright.cli.shared.output import print_lines, print_message
from statewright.cli.shared.project import nearest_configuration
from statewright.cli.shared.report_outputs import Output, keep_apart
from statewright.escaping import printable
from statewright.lint.fixes import apply_edits
from statewright.lint.result import TextEdit
from statewright.wording import plural


def fix_files(files: Sequence[File], *, outputs: Sequence[Output]) -> list[File]:
    """Apply all safe fixes and return the resulting files. `outputs` must not overwrite one of them."""
    keep_apart(outputs, [file.name for file in files])
    fixed = {file.name: file for file in _fixed_files(files)}
    for file in fixed.values():
        _write(file)
    if fixed:
        print_message(f"fixed {plural(len(fixed), 'file')}")
    return [fixed.get(file.name, file) for file in files]


def show_fixes(files: Sequence[File]) -> ExitCode:
    """Print the changes of `--fix` as a unified diff; exit code 1 if there are any."""
    contents = {file.name: file.content for file in files}
    fixed = _fixed_files(files)
    for file in fixed:
        print_lines(_difference(contents[file.name], file))
    return exit_code(files, clean=not fixed)


def _fixed_files(files: Sequence[File]) -> list[File]:
    """The files that would change, with their new content."""
    if any(file.name == STDIN_NAME for file in files):
        raise click.UsageError("standard input cannot be fixed; name a file")
    edits: defaultdict[str, list[TextEdit]] = defaultdict(list)
    for result in check_results(files, nearest_configuration(Path.cwd())):
        if result.counts and result.edit is not None:
            edits[result.finding.file].append(result.edit)
    return [fixed for file in files if (fixed := _fixed(file, edits[printable(file.name)])) is not None]


def _fixed(file: File, edits: Sequence[TextEdit]) -> File | None:
    if file.content is None or not edits:
        return None
    content = apply_edits(file.content, file.name, edits)
    if content is None:
        print_message(f"{printable(file.name)} is unchanged, because the fixes would change its data")
        return None
    return replace(file, content=content)


def _difference(before: bytes | None, file: File) -> Iterator[str]:
    """The lines of a unified diff, without line endings."""
    old, new = (_lines(content) for content in (before, file.content))
    name = printable(file.name)
    yield from difflib.unified_diff(old, new, name, name, lineterm="")


def _lines(content: bytes | None) -> list[str]:
    return (content or b"").decode("utf-8-sig").splitlines()


def _write(file: File) -> None:
    """Replace the file atomically. A symbolic link stays a link."""
    path = Path(file.name).resolve()
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as stream:
        try:
            stream.write(file.content or b"")
            stream.close()
            shutil.copymode(path, stream.name)
            os.replace(stream.name, path)
        except OSError:
            os.unlink(stream.name)
            raise
