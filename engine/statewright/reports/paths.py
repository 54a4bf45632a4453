"""How the name of a checked file is written for programs, the same on every system."""

from __future__ import annotations

from pathlib import PurePath
from urllib.parse import quote


def posix_path(file: str) -> str:
    """With slashes, and without a leading `./`."""
    return PurePath(file).as_posix()


def file_uri(file: str) -> str:
    """A reference that is relative where the file's name is."""
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
