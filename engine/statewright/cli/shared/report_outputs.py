"""The `--format` of a command that can report in several ways at once: which, and where each goes to.

Knows no printers, so that help and completion stay light.
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

from statewright.cli.shared.output import print_lines, visible

TEXT = "text"
_ANNOTATIONS = "github"

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Output:
    """`file`: None is standard output."""

    format: str
    file: str | None = None


STANDARD = (Output(TEXT),)


def outputs_option(formats: Sequence[str], meaning: str = "") -> Callable[[Decorated], Decorated]:
    """`--format FORMAT[:FILE]`, repeated at will, as the argument `outputs`. `meaning`: more of its help."""

    def parsed(
        _context: click.Context, _option: click.Parameter, values: tuple[str, ...]
    ) -> tuple[Output, ...]:
        outputs = tuple(_parsed(value, formats) for value in values)
        on_stdout = sorted(output.format for output in outputs if output.file is None)
        # Annotations alone may stand between the lines of the text: the runner looks for them there.
        if len(on_stdout) > 1 and on_stdout != [_ANNOTATIONS, TEXT]:
            raise click.BadParameter("only one format can go to stdout: write FORMAT:FILE for the others")
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
        metavar=f"[{'|'.join(formats)}][:FILE]",
        help=f"May be repeated; only one can do without a file. {meaning}".rstrip(),
    )


def write_output(output: Output, lines: Iterable[str]) -> None:
    with opened_output(output) as write:
        write(lines)


@contextmanager
def opened_output(output: Output) -> Iterator[Callable[[Iterable[str]], None]]:
    """A function that writes lines there. Files get no colours."""
    if output.file is None:
        yield print_lines
        return
    with Path(output.file).open("w", encoding="utf-8") as file:
        yield lambda lines: file.writelines(f"{click.unstyle(visible(line))}\n" for line in lines)


def keep_apart(outputs: Iterable[Output], inputs: Iterable[str | Path]) -> None:
    """Raises UsageError where a report would take the place of a file that it speaks of."""
    read = {os.path.realpath(file) for file in inputs}
    for output in outputs:
        if output.file is not None and os.path.realpath(output.file) in read:
            report = f"--format {output.format}:{output.file}"
            raise click.UsageError(f"{report} would replace what is read, give the report another file")


def _parsed(value: str, formats: Sequence[str]) -> Output:
    format, colon, file = value.partition(":")
    format = format.lower()
    if format not in formats:
        raise click.BadParameter(f'"{format}" is none of {", ".join(formats)}')
    if not colon:
        return Output(format)
    if not file:
        raise click.BadParameter(f'"{value}" names no file behind the colon')
    if Path(file).is_dir():
        raise click.BadParameter(f'"{value}" names a folder, name a file in it')
    if not Path(file).parent.is_dir():
        raise click.BadParameter(f'"{value}": there is no folder "{Path(file).parent}", make it first')
    return Output(format, file)


def _expect_files_apart(outputs: Iterable[Output]) -> None:
    """Raises BadParameter where the second of two reports would replace the first."""
    files = [output.file for output in outputs if output.file is not None]
    places = [os.path.realpath(file) for file in files]
    for number, file in enumerate(files):
        if places[number] in places[:number]:
            raise click.BadParameter(f'"{file}" cannot hold two reports, give each a file of its own')
