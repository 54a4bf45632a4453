"""The target of a package: a Python version and a processor.

Owns their names for pip, byte code, native modules and Lambda.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from deploy.errors import PackageUnsound, UnknownTarget

MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}
"""Lambda's names of processors, and their names in wheels."""

PYTHON_MINOR_MIN = 11
_PYTHON = re.compile(r"3\.([1-9][0-9])")
_NATIVE = re.compile(r"\.cpython-3(?P<minor>[0-9]+)-(?P<machine>\w+)-linux-gnu\.so$")


@dataclass(frozen=True, slots=True)
class Target:
    """The Python version and the processor that a package is built for. Raises UnknownTarget.

    `python`: such as "3.13". `architecture`: Lambda's name.
    """

    python: str
    architecture: str

    def __post_init__(self) -> None:
        found = _PYTHON.fullmatch(self.python)
        if found is None or int(found[1]) < PYTHON_MINOR_MIN:
            raise UnknownTarget(self.python, f"a version such as 3.13, 3.{PYTHON_MINOR_MIN} or newer")
        if self.architecture not in MACHINES:
            raise UnknownTarget(self.architecture, " or ".join(MACHINES))

    def __str__(self) -> str:
        return f"{self.runtime} on {self.architecture}"

    @property
    def runtime(self) -> str:
        """Lambda's name of the runtime."""
        return f"python{self.python}"

    @property
    def cache_tag(self) -> str:
        """The tag in the names of `.pyc` files."""
        return f"cpython-{self.python.replace('.', '')}"

    @property
    def platforms(self) -> tuple[str, str]:
        """The platform tags of fitting wheels.

        python3.11 runs on Amazon Linux 2 (glibc 2.26), newer runtimes on Amazon Linux 2023 (glibc 2.34).

        https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
        """
        newest = "manylinux_2_24" if self.python == "3.11" else "manylinux_2_28"
        machine = MACHINES[self.architecture]
        return f"{newest}_{machine}", f"manylinux2014_{machine}"


def target_of(names: Iterable[str]) -> Target:
    """The target of an archive, derived from the names of its native modules. Raises PackageUnsound."""
    architectures = {machine: architecture for architecture, machine in MACHINES.items()}
    targets = {
        Target(f"3.{found['minor']}", architectures.get(found["machine"], found["machine"]))
        for name in names
        if (found := _NATIVE.search(name))
    }
    if len(targets) != 1:
        several = " and ".join(sorted(map(str, targets)))
        raise PackageUnsound(
            f"contains native modules for {several or 'no known target'}; expected exactly one target"
        )
    return targets.pop()
