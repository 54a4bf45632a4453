"""Writes a folder as a zip whose bytes depend on names and contents only."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

# The first moment that the format can name: no time of this machine gets in.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_REGULAR_FILE = 0o100000


def write_archive(folder: Path, path: Path) -> None:
    """All files of `folder`, ordered by name. `path` appears when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    files = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}
    with ZipFile(partial, "w") as archive:
        for name, file in sorted(files.items()):
            archive.writestr(_entry(name), file.read_bytes(), ZIP_DEFLATED, compresslevel=9)
    partial.replace(path)


def _entry(name: str) -> ZipInfo:
    """Lambda runs as another user than it unpacks as: everybody may read, and load what is native."""
    entry = ZipInfo(name, _EPOCH)
    entry.create_system = _UNIX
    entry.external_attr = (_REGULAR_FILE | (0o755 if name.endswith(".so") else 0o644)) << 16
    return entry
