"""Whether the file at a path is still the one that was opened.

By stat only: opening and closing a database here would drop the locks of this process's other connections
to it. Only the modules of the SQLite store call this.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from statewright.errors import StoreError, StoreUnavailable


@dataclass(frozen=True, slots=True)
class SeenFile:
    """Which file stood at a path, and how large it was then."""

    device: int
    inode: int
    size_bytes: int


def look_at(path: Path) -> SeenFile:
    """What stands at `path` now; StoreError when nothing does."""
    try:
        found = path.stat()
    except FileNotFoundError as error:
        raise StoreError(f"there is no file {path}") from error
    except OSError as error:
        raise StoreUnavailable(f"{path}: {error.strerror}") from error
    return SeenFile(found.st_dev, found.st_ino, found.st_size)


def look_again(path: Path, before: SeenFile) -> SeenFile:
    """The same file as `before`, now; StoreError when it is gone, another one, or smaller than it was."""
    now = look_at(path)
    if (now.device, now.inode) != (before.device, before.inode):
        raise StoreError(f"{path} was replaced by another file while in use")
    if now.size_bytes < before.size_bytes:
        raise StoreError(f"{path} was cut from {before.size_bytes} to {now.size_bytes} bytes while in use")
    return now
