"""Which files are definitions or scenarios by their names, and which of them a search of a folder finds.

Hidden folders and those that tools fill with copies are not searched, hidden files not taken. Also the bytes
of a definition: nothing else in `language` reads files.
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
    """Those in the folder and in all below it, sorted; of the names of one file the first.

    A link that leads nowhere is among them, so that whoever reads it can say so; a pipe is not.
    `unreadable`: told of a folder that cannot be listed.
    """
    files: dict[Path, Path] = {}
    for path in files_below(folder, FILE_NAMES, unreadable=unreadable):
        if path.is_file() or not path.exists():
            files.setdefault(_resolved(path), path)
    return list(files.values())


def files_below(
    folder: Path, patterns: Sequence[str], *, unreadable: Callable[[OSError], None] = _raise
) -> list[Path]:
    """All files with such names in the folder and in all below it, sorted. `folder` itself may be hidden.

    Links to folders are not followed.
    """
    return sorted(_walked(folder, patterns, unreadable))


def is_definition_file(path: PurePath) -> bool:
    """By its name."""
    return _is_named(path.name, FILE_NAMES)


def is_scenario_file(path: PurePath) -> bool:
    """By its name."""
    return _is_named(path.name, SCENARIO_FILE_NAMES)


def is_searched(folder: PurePath) -> bool:
    """Whether a search goes there. `folder`: as seen from the one that is searched."""
    return not any(map(_is_left_out, folder.parts))


def read_definition_file(path: Path) -> bytes:
    """The file's bytes; of one that is too large as much as it takes to see that. Raises OSError."""
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
    """The path itself where its links lead in a circle."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path
