"""The `--format` option of commands that write several reports at once: the formats and their files.

Imports no printers, so that help and completion stay fast.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from statewright.cli.shared.help import not_one_of
from statewright.cli.shared.output import print_lines, visible

TEXT = "text"
_ANNOTATIONS = "github"

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Output:
    """A report to write. `file`: None for stdout."""

    format: str
    file: str | None = None


STANDARD = (Output(TEXT),)


def outputs_option(formats: Sequence[str], meaning: str = "") -> Callable[[Decorated], Decorated]:
    """`--format FORMAT[:FILE]`, repeatable, as the argument `outputs`. `meaning`: more help."""

    def parsed(
        _context: click.Context, _option: click.Parameter, values: tuple[str, ...]
    ) -> tuple[Output, ...]:
        outputs = tuple(_parsed(value, formats) for value in values)
        on_stdout = sorted(output.format for output in outputs if output.file is None)
        # Annotations may be mixed with text: GitHub's runner finds them between other lines.
        if len(on_stdout) > 1 and on_stdout != [_ANNOTATIONS, TEXT]:
            raise click.BadParameter("only one report can go to stdout; use FORMAT:FILE for the others")
        _expect_files_apart(outputs)
        return outputs

    def completed(_context: click.Context, _option: click.Parameter, typed: str) -> list[CompletionItem]:
        return [CompletionItem(name) for name in formats if name.startswith(typed)]

    return click.option(
        "--format",
        "-f",
        "outputs",
        multiple=True,
        default=(TEXT,),
        callback=parsed,
        shell_complete=completed,
        type=_ReportFormat(formats),
        metavar="FORMAT[:FILE]",
        help=(
            f"Report as {', '.join(formats[:-1])} or {formats[-1]} (default: text), to stdout or to FILE. "
            f"Repeat for more reports. {meaning}"
        ).rstrip(),
    )


class _ReportFormat(click.types.StringParamType):
    def __init__(self, formats: Sequence[str]) -> None:
        self.name = f"[{'|'.join(formats)}][:FILE]"


def write_output(output: Output, lines: Iterable[str]) -> None:
    with opened_output(output) as write:
        write(lines)


@contextmanager
def opened_output(output: Output) -> Iterator[Callable[[Iterable[str]], None]]:
    """A function that writes lines to the output. Files get no colours."""
    if output.file is None:
        yield print_lines
        return
    with Path(output.file).open("w", encoding="utf-8") as file:
        yield lambda lines: file.writelines(f"{click.unstyle(visible(line))}\n" for line in lines)


def keep_apart(outputs: Iterable[Output], inputs: Iterable[str | Path]) -> None:
    """Raise UsageError if a report would overwrite a file that the command reads."""
    read = {os.path.realpath(file) for file in inputs}
    for output in outputs:
        if output.file is not None and os.path.realpath(output.file) in read:
            report = f"--format {output.format}:{output.file}"
            raise click.UsageError(
                f"{report} would overwrite an input file; choose another file for the report"
            )


def _parsed(value: str, formats: Sequence[str]) -> Output:
    format, colon, file = value.partition(":")
    format = format.lower()
    if format not in formats:
        raise click.BadParameter(not_one_of(format, formats))
    if not colon:
        return Output(format)
    if not file:
        raise click.BadParameter(f'"{value}" has no file after the colon')
    if Path(file).is_dir():
        raise click.BadParameter(f'"{value}" is a folder; add a file name')
    if not Path(file).parent.is_dir():
        raise click.BadParameter(f'"{value}": folder "{Path(file).parent}" does not exist')
    return Output(format, file)


def _expect_files_apart(outputs: Iterable[Output]) -> None:
    """Raise BadParameter if one report would overwrite another."""
    files = [output.file for output in outputs if output.file is not None]
    places = [os.path.realpath(file) for file in files]
    for number, file in enumerate(files):
        if places[number] in places[:number]:
            raise click.BadParameter(f'two reports would go to "{file}"; give each its own file')
