"""Shows progress on a terminal: a bar for the bytes read of a file, or a line that is overwritten."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import IO

import click

from statewright.cli.shared.output import print_lines

ERASE_LINE = "\r\x1b[2K"


@contextmanager
def progress(stream: IO[bytes], *, label: str = "") -> Iterator[Callable[[Iterable[str]], None]]:
    """Yield a function that prints lines and updates the bar below them, if there is one."""
    size = _size(stream) if _can_erase() else 0
    if not size:
        yield print_lines
        return
    with click.progressbar(length=size, file=sys.stderr, label=label) as bar:

        def show(lines: Iterable[str]) -> None:
            for line in lines:
                _overwrite("")
                print_lines([line])
            bar.update(stream.tell() - bar.pos)

        yield show


@contextmanager
def status_line() -> Iterator[Callable[[str], None]]:
    """Yield a function that overwrites one line on a terminal. The line is erased at the end."""
    if not _can_erase():
        yield lambda _text: None
        return
    try:
        yield _overwrite
    finally:
        _overwrite("")


def _can_erase() -> bool:
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def _overwrite(text: str) -> None:
    """Replace the line on the terminal. Without colours, click would drop the sequence that erases it."""
    click.echo(f"{ERASE_LINE}{text}", nl=False, err=True, color=True)


def _size(stream: IO[bytes]) -> int:
    """The size in bytes, or 0 if unknown."""
    status = os.fstat(stream.fileno())
    return status.st_size if stat.S_ISREG(status.st_mode) else 0
