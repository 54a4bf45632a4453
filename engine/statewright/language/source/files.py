"""Which files of a folder are definitions, and the bytes of one; nothing else in `language` reads files."""

from __future__ import annotations

from pathlib import Path

from statewright.language.source.text import BYTES_MAX

FILE_NAMES = ("*.machine.yaml", "*.machine.yml", "*.machine.json")


def definition_files(folder: Path) -> list[Path]:
    """Those in the folder and in all below it, sorted; of the names of one file the first.

    A link that leads nowhere is among them, so that whoever reads it can say so; a pipe is not.
    """
    found = sorted({path for pattern in FILE_NAMES for path in folder.rglob(pattern)})
    files: dict[Path, Path] = {}
    for path in found:
        if path.is_file() or not path.exists():
            files.setdefault(path.resolve(), path)
    return list(files.values())


def read_definition_file(path: Path) -> bytes:
    """The file's bytes; of one that is too large as much as it takes to see that. Raises OSError."""
    with path.open("rb") as stream:
        return stream.read(BYTES_MAX + 1)
