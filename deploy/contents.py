"""Inspects the folder that becomes the package: distributions, sizes, and whether Lambda can run it.

Reads pip's metadata about the installation and removes the parts that depend on the machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from deploy.errors import PackageUnsound
from deploy.target import Target, target_of

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 250 MB, layers included.
UNPACKED_BYTES_MAX = 250 * 1024 * 1024
_INSTALLER_NOTES = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")
_LOCKED = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[\w.!+-]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution in the package. `size`: bytes of all its files, including byte code."""

    name: str
    version: str
    size: int


def distributions_in(folder: Path, target: Target) -> tuple[Distribution, ...]:
    """The distributions that pip installed in `folder`, by name."""
    found = [
        Distribution(_normal(each.name), each.version, sum(_sizes(each, folder, target)))
        for each in metadata.distributions(path=[str(folder)])
    ]
    return tuple(sorted(found, key=lambda each: each.name))


def refuse_unlisted(distributions: Iterable[Distribution], *, locked: Path) -> None:
    """Raise PackageUnsound for a distribution or version that the lock file does not list."""
    allowed = {(_normal(found["name"]), found["version"]) for found in _LOCKED.finditer(locked.read_text())}
    strangers = [
        f"{each.name} {each.version}" for each in distributions if (each.name, each.version) not in allowed
    ]
    if strangers:
        raise PackageUnsound(f"contains {', '.join(strangers)}, which {locked.name} does not list")


def sizes_in(folder: Path) -> Mapping[str, int]:
    """The size of each file, by its name in the archive."""
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.stat().st_size for file in files}


def refuse_misfit(sizes: Mapping[str, int], target: Target) -> None:
    """Raise PackageUnsound if Lambda could not load the files, or they are too large."""
    if (found := target_of(sizes)) != target:
        raise PackageUnsound(f"is for {found}, expected {target}")
    if (unpacked := sum(sizes.values())) >= UNPACKED_BYTES_MAX:
        limit = f"Lambda accepts less than {UNPACKED_BYTES_MAX:,}"
        raise PackageUnsound(f"has {unpacked:,} bytes unpacked; {limit}")


def drop_installer_notes(folder: Path) -> None:
    """Remove notes about the installation, which differ from machine to machine."""
    for note in _INSTALLER_NOTES:
        for file in folder.glob(f"*.dist-info/{note}"):
            file.unlink()


def _normal(name: str) -> str:
    """The normalised name, as in PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _sizes(distribution: metadata.Distribution, folder: Path, target: Target) -> Iterator[int]:
    """The sizes of its files that are in the package, with their byte code."""
    for noted in distribution.files or ():
        if ".." in noted.parts or noted.name in _INSTALLER_NOTES:
            continue
        file = folder / noted
        for each in (file, file.parent / "__pycache__" / f"{file.stem}.{target.cache_tag}.pyc"):
            if each.is_file() and (each is file or file.suffix == ".py"):
                yield each.stat().st_size
