"""Recognises definition and scenario files by name, finds them in folders and reads them.

A search skips hidden files and folders, and folders such as `build` that tools fill with copies. This is the
only module of `language` that reads files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

from statewright.language.source.text import BYTES_MAX

FILE_NAMES = ("*.machine.yaml", "*.machine.yml", "*.machine.json")
SCENARIO_FILE_NAMES = ("*.scenarios.yaml", "*.scenarios.yml", "*.scenarios.json")
FOLDERS_LEFT_OUT = frozenset({"__pycache__", "build", "dist", "node_modules", "venv"})


def _raise(error: OSError) -> None:
    raise error


def definition_files(folder: Path, *, unreadable: Callable[[OSError], None] = _raise) -> list[Path]:
    """Return the definition files in a folder and its subfolders, sorted, each file once.

    Includes broken links, so that reading them reports an error. Excludes pipes.
    `unreadable`: called with the error if a folder cannot be listed.
    """
    files: dict[Path, Path] = {}
    for path in files_below(folder, FILE_NAMES, unreadable=unreadable):
        if path.is_file() or not path.exists():
            files.setdefault(_resolved(path), path)
    return list(files.values())


def files_below(
    folder: Path, patterns: Sequence[str], *, unreadable: Callable[[OSError], None] = _raise
) -> list[Path]:
    """Return all files with matching names in a folder and its subfolders, sorted.

    `folder` itself may be hidden. Links to folders are not followed.
    """
    return sorted(_walked(folder, patterns, unreadable))


def is_definition_file(path: PurePath) -> bool:
    """Whether the file is a definition, judged by its name."""
    return _is_named(path.name, FILE_NAMES)


def is_scenario_file(path: PurePath) -> bool:
    """Whether the file contains scenarios, judged by its name."""
    return _is_named(path.name, SCENARIO_FILE_NAMES)


def is_searched(folder: PurePath) -> bool:
    """Whether a search enters the folder, given by its path relative to the start of the search."""
    return not any(map(_is_left_out, folder.parts))


def read_definition_file(path: Path) -> bytes:
    """Read a file, but at most one byte more than the size limit. Raises OSError."""
    with path.open("rb") as stream:
        return stream.read(BYTES_MAX + 1)


def _walked(folder: Path, patterns: Sequence[str], unreadable: Callable[[OSError], None]) -> Iterator[Path]:
    folders = [folder]
    while folders:
        try:
            for entry in folders.pop().iterdir():
                if not entry.is_dir():
                    yield from (entry,) if _is_named(entry.name, patterns) else ()
                elif not entry.is_symlink() and not _is_left_out(entry.name):
                    folders.append(entry)
        except OSError as error:
            unreadable(error)


def _is_left_out(folder: str) -> bool:
    return folder.startswith(".") or folder in FOLDERS_LEFT_OUT


def _is_named(name: str, patterns: Sequence[str]) -> bool:
    return not name.startswith(".") and any(fnmatchcase(name, pattern) for pattern in patterns)


def _resolved(path: Path) -> Path:
    """Resolve links; return the path itself if they are circular."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path
