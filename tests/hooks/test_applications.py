"""The hooks in an application's repository whose modules shadow ours on the import path."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.distribution import Environment, application_files
from tests.hooks.conftest import Run, write

pytestmark = pytest.mark.e2e


def test_hooks_that_pre_commit_installs_pass(
    consumer: Callable[[Mapping[str, str]], Path], run: Run, wheel: Path
) -> None:
    """The hooks are those of the manifest."""
    folder = consumer(application_files(wheel))
    done = run(folder, sys.executable, "-m", "pre_commit", "run", "--all-files", PYTHONPATH=".")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("Passed") == 3


def test_hooks_of_a_new_project_pass(run: Run, wheel: Path, installed: Environment, tmp_path: Path) -> None:
    """`init` writes the hooks, and they run the installed wheel."""
    write(tmp_path, application_files(wheel))
    assert installed.run("statewright", "init", "parcel", where=tmp_path, PYTHONPATH=".").returncode == 0
    run(tmp_path, "git", "init", "--quiet")
    run(tmp_path, "git", "add", "--all")
    first = {"PATH": f"{installed.folder / 'bin'}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": "."}
    done = run(tmp_path, sys.executable, "-m", "pre_commit", "run", "--all-files", **first)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("Passed") == 2
