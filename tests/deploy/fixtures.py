"""One package per test session, built for the interpreter that runs the tests and this machine's processor.

If a part of the package is unavailable, the build and the tests fail; nothing is skipped.
"""

from __future__ import annotations

import platform
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from deploy.package import Package, build_package
from deploy.target import MACHINES, Target


def target_here() -> Target:
    """The target of this machine. Raises UnknownTarget if Lambda does not support its processor."""
    architectures = {machine: architecture for architecture, machine in MACHINES.items()}
    machine = platform.machine()
    return Target("{}.{}".format(*sys.version_info), architectures.get(machine, machine))


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The package, built once per session."""
    here, out = target_here(), tmp_path_factory.mktemp("package") / "statewright-lambda.zip"
    return build_package(here.python, here.architecture, interpreter=Path(sys.executable), out=out)


@pytest.fixture(scope="session")
def task_root(package: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the unpacked package, as on Lambda. Tests must not change it."""
    folder = tmp_path_factory.mktemp("task")
    with ZipFile(package.path) as archive:
        archive.extractall(folder)
    return folder
