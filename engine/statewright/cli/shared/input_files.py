"""Finds and reads the definitions that arguments name: files, folders, patterns or standard input."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from glob import glob, has_magic
from pathlib import Path, PurePath

import click

from statewright.cli.shared.output import print_message
from statewright.escaping import printable
from statewright.language.source.files import (
    FILE_NAMES,
    definition_files,
    is_definition_file,
    is_scenario_file,
    is_searched,
)
from statewright.language.source.text import BYTES_MAX

STDIN = "-"
STDIN_NAME = "<stdin>"


@dataclass(frozen=True, slots=True)
class File:
    """A file and its content: None if it is unreadable, and cut just beyond the limit if it is too large.

    `folders`: the folders that are checked as a whole with this file among their definitions.
    """

    name: str
    content: bytes | None
    folders: tuple[str, ...] = ()


def read_files(paths: Iterable[str]) -> Iterator[File]:
    """Read the files one by one. Unreadable files are reported and do not stop the others."""
    for path, folders in named_files(paths).items():
        name = STDIN_NAME if path == STDIN else path
        try:
            with click.open_file(path, "rb") as stream:
                yield File(name, stream.read(BYTES_MAX + 1), folders)
        except OSError as error:
            print_message(f"{printable(path)}: {error.strerror}")
            yield File(name, None, folders)


def named_files(paths: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The folders by the name of each definition, in the order of the arguments.

    A file that is named several times is listed once, with all folders named, or else its own. Files of
    scenarios are skipped. A missing file is kept, so that reading it reports the error. Raises UsageError
    if an argument matches no definition, because checking no files must not look like success.
    """
    names: dict[str, str] = {}
    folders: defaultdict[str, list[str]] = defaultdict(list)
    arguments = list(paths)
    for path in arguments:
        for file, folder in _named(path):
            place = file if file == STDIN else os.path.realpath(file)
            names.setdefault(place, file)
            folders[place] += [folder] if folder else []
    if arguments and not names:
        raise click.UsageError("all files contain scenarios; run them with `statewright test`")
    return {name: tuple(folders[place]) for place, name in names.items()}


def _named(path: str) -> list[tuple[str, str]]:
    """The files of one argument, each with its folder."""
    if Path(path).is_dir():
        return _some(_within(path), f'no {", ".join(FILE_NAMES)} in folder "{path}"')
    if has_magic(path) and not os.path.lexists(path):
        return _some(_matching(path), f'no definition matches "{path}"')
    if is_scenario_file(Path(path)):
        print_message(f"{printable(path)}: skipped, because it contains scenarios (see `statewright test`)")
        return []
    return [(path, "" if path == STDIN else _folder_of(path))]


def _some(found: Iterable[tuple[str, str]], nothing: str) -> list[tuple[str, str]]:
    """Skip pipes and devices, which were found rather than named and may never end.

    A broken link is kept, so that reading it reports the error.
    """
    files = []
    for file, folder in found:
        if Path(file).exists() and not Path(file).is_file():
            print_message(f"{printable(file)}: skipped, because it is not a regular file")
        else:
            files.append((file, folder))
    if not files:
        raise click.UsageError(nothing)
    return files


def _within(folder: str) -> list[tuple[str, str]]:
    return [(str(file), folder) for file in definition_files(Path(folder))]


def _matching(pattern: str) -> Iterator[tuple[str, str]]:
    """The definitions among the matching files, or all but scenarios if none is named like a definition, and
    the definitions in matching folders.

    Folders that searches skip, such as hidden ones, only match by name.
    """
    named = PurePath(pattern).parts
    matches = [PurePath(match) for match in sorted(glob(pattern, recursive=True))]
    folders = [path for path in matches if Path(path).is_dir()]
    files = [path for path in matches if path not in folders and not is_scenario_file(path)]
    for path in list(filter(is_definition_file, files)) or files:
        if is_searched(_without(path.parent, named)):
            yield str(path), _folder_of(str(path))
    for path in folders:
        if is_searched(_without(path, named)):
            yield from _within(str(path))


def _without(path: PurePath, named: Collection[str]) -> PurePath:
    return PurePath(*(part for part in path.parts if part not in named))


def _folder_of(path: str) -> str:
    return os.path.dirname(path) or os.curdir
