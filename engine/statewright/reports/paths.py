"""Names of files in reports, independent of the operating system."""

from __future__ import annotations

from pathlib import PurePath
from urllib.parse import quote


def posix_path(file: str) -> str:
    """The path with slashes and without a leading `./`."""
    return PurePath(file).as_posix()


def file_uri(file: str) -> str:
    """A URI, which is relative if the path is relative."""
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
