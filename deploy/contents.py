"""What lies in the folder that becomes the package: whose it is, how large, and whether Lambda could run it.

Reads what pip noted about its installation, and drops it.
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
    """`size`: bytes of all its files in the package, byte code included."""

    name: str
    version: str
    size: int


def distributions_in(folder: Path, target: Target) -> tuple[Distribution, ...]:
    """What pip installed there, by name."""
    found = [
        Distribution(_normal(each.name), each.version, sum(_sizes(each, folder, target)))
        for each in metadata.distributions(path=[str(folder)])
    ]
    return tuple(sorted(found, key=lambda each: each.name))


def refuse_strangers(distributions: Iterable[Distribution], *, locked: Path) -> None:
    """Raises PackageUnsound for a distribution, or a version of one, that the lock file does not name."""
    allowed = {(_normal(found["name"]), found["version"]) for found in _LOCKED.finditer(locked.read_text())}
    strangers = [
        f"{each.name} {each.version}" for each in distributions if (each.name, each.version) not in allowed
    ]
    if strangers:
        raise PackageUnsound(f"contains {', '.join(strangers)}, which {locked.name} does not list")


def sizes_in(folder: Path) -> Mapping[str, int]:
    """The bytes of every file, by its name in the archive."""
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.stat().st_size for file in files}


def refuse_misfit(sizes: Mapping[str, int], target: Target) -> None:
    """Raises PackageUnsound for files that Lambda could not load, or not hold."""
    if (found := target_of(sizes)) != target:
        raise PackageUnsound(f"is for {found}, expected {target}")
    if (unpacked := sum(sizes.values())) >= UNPACKED_BYTES_MAX:
        limit = f"Lambda accepts less than {UNPACKED_BYTES_MAX:,}"
        raise PackageUnsound(f"has {unpacked:,} bytes unpacked; {limit}")


def drop_installer_notes(folder: Path) -> None:
    """They tell how and when it was installed, which differs from machine to machine."""
    for note in _INSTALLER_NOTES:
        for file in folder.glob(f"*.dist-info/{note}"):
            file.unlink()


def _normal(name: str) -> str:
    """PEP 503's form of a name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _sizes(distribution: metadata.Distribution, folder: Path, target: Target) -> Iterator[int]:
    """Of its files that stay: what was dropped is gone, and its programs never were in the folder."""
    for noted in distribution.files or ():
        if ".." in noted.parts or noted.name in _INSTALLER_NOTES:
            continue
        file = folder / noted
        for each in (file, file.parent / "__pycache__" / f"{file.stem}.{target.cache_tag}.pyc"):
            if each.is_file() and (each is file or file.suffix == ".py"):
                yield each.stat().st_size
