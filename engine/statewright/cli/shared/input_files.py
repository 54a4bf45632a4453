"""The files that a command's arguments name (files, folders, patterns, standard input) and their bytes."""

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
    """`content`: None where it cannot be read; of what is too large as much as it takes to see that.

    `folders`: those that load it together with their other definitions.
    """

    name: str
    content: bytes | None
    folders: tuple[str, ...] = ()


def read_files(paths: Iterable[str]) -> Iterator[File]:
    """Each when it is asked for; one that cannot be read is reported and does not keep the others back."""
    for path, folders in named_files(paths).items():
        name = STDIN_NAME if path == STDIN else path
        try:
            with click.open_file(path, "rb") as stream:
                yield File(name, stream.read(BYTES_MAX + 1), folders)
        except OSError as error:
            print_message(f"{printable(path)}: {error.strerror}")
            yield File(name, None, folders)


def named_files(paths: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Each definition once, by the first of its names, in the order of the arguments; a folder's sorted.

    With each the folders of which it is a part: those that were named, else its own. A name that is no file
    is kept, so that reading it says what is wrong; files of scenarios are left out. Raises UsageError where
    an argument, or all of them together, give nothing: a check of nothing must not look like success.
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
        raise click.UsageError("only scenarios are named: `statewright test` runs them")
    return {name: tuple(folders[place]) for place, name in names.items()}


def _named(path: str) -> list[tuple[str, str]]:
    """Files, each with its folder."""
    if Path(path).is_dir():
        return _some(_within(path), f'no {", ".join(FILE_NAMES)} in folder "{path}"')
    if has_magic(path) and not os.path.lexists(path):
        return _some(_matching(path), f'no definition matches "{path}"')
    if is_scenario_file(Path(path)):
        print_message(f"{printable(path)} holds scenarios, which `statewright test` runs; it is left out")
        return []
    return [(path, "" if path == STDIN else _folder_of(path))]


def _some(found: Iterable[tuple[str, str]], nothing: str) -> list[tuple[str, str]]:
    """Without what nobody has named and may never end: pipes and devices.

    A link that leads nowhere stays, so that reading it says so.
    """
    files = []
    for file, folder in found:
        if Path(file).exists() and not Path(file).is_file():
            print_message(f"{printable(file)}: not a regular file, left out")
        else:
            files.append((file, folder))
    if not files:
        raise click.UsageError(nothing)
    return files


def _within(folder: str) -> list[tuple[str, str]]:
    return [(str(file), folder) for file in definition_files(Path(folder))]


def _matching(pattern: str) -> Iterator[tuple[str, str]]:
    """Of the files those that are called definitions, else all but scenarios; of the folders what is in them.

    A folder that no search enters has to be named.
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
