"""The files that a command's arguments name (files, folders, patterns, standard input) and their bytes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from glob import glob, has_magic
from pathlib import Path

import click

from statewright.cli.shared.output import print_message
from statewright.escaping import printable
from statewright.language.source.files import FILE_NAMES, definition_files
from statewright.language.source.text import BYTES_MAX

STDIN = "-"
STDIN_NAME = "<stdin>"


@dataclass(frozen=True, slots=True)
class File:
    """`content`: None where it cannot be read; of what is too large as much as it takes to see that."""

    name: str
    content: bytes | None


def read_files(paths: Iterable[str]) -> Iterator[File]:
    """Each when it is asked for; one that cannot be read is reported and does not keep the others back."""
    for path in named_files(paths):
        name = STDIN_NAME if path == STDIN else path
        try:
            with click.open_file(path, "rb") as stream:
                yield File(name, stream.read(BYTES_MAX + 1))
        except OSError as error:
            print_message(f"{printable(path)}: {error.strerror}")
            yield File(name, None)


def named_files(paths: Iterable[str]) -> list[str]:
    """Each file once, by the first of its names, in the order of the arguments; those of a folder sorted.

    A name that is no file is kept, so that reading it says what is wrong. Raises UsageError for a folder or a
    pattern that gives nothing: a check of nothing must not look like success.
    """
    names: dict[str, str] = {}
    for path in paths:
        for file in _named(path):
            names.setdefault(file if file == STDIN else os.path.realpath(file), file)
    return list(names.values())


def _named(path: str) -> list[str]:
    if Path(path).is_dir():
        found, nothing = _within(path), f'no {", ".join(FILE_NAMES)} in folder "{path}"'
    elif has_magic(path) and not Path(path).exists():
        found, nothing = _matching(path), f'nothing matches "{path}"'
    else:
        return [path]
    files = list(_without_pipes(found))
    if not files:
        raise click.UsageError(nothing)
    return files


def _matching(pattern: str) -> list[str]:
    found = sorted(glob(pattern, recursive=True))
    return [file for match in found for file in (_within(match) if Path(match).is_dir() else (match,))]


def _within(folder: str) -> list[str]:
    return [str(file) for file in definition_files(Path(folder))]


def _without_pipes(found: Iterable[str]) -> Iterator[str]:
    """The files, without what nobody has named and may never end: pipes, devices, also folders.

    A link that leads nowhere stays, so that reading it says so.
    """
    for file in found:
        if Path(file).exists() and not Path(file).is_file():
            print_message(f"{printable(file)}: not a regular file, left out")
        else:
            yield file
