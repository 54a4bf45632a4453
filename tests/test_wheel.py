"""The wheel: what users install holds everything that runs, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built once, by the project's own backend."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    [built] = folder.glob("*.whl")
    return built


def test_the_wheel_holds_the_packages_their_schemas_and_types(wheel: Path) -> None:
    """Editors and type checkers need the last two."""
    names = set(zipfile.ZipFile(wheel).namelist())
    schemas = {f"schemas/{name}.schema.json" for name in ("machine", "command", "event", "scenarios")}
    examples = {f"lint/examples/{name}" for name in ("bad/syntax.machine.yaml", "bad/syntax.out")}
    expected = {*schemas, *examples, "py.typed", "cli/templates/machine.yaml", "cli/main.py", "aws/app.py"}
    assert {f"statewright/{name}" for name in expected} <= names


def test_the_wheel_holds_nothing_that_only_developers_need(wheel: Path) -> None:
    """No tests, benchmarks, examples or documents."""
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"statewright"}


def test_the_wheel_tells_pytest_of_its_plugin(wheel: Path) -> None:
    """Scenarios become tests where it is installed, with no word in anybody's settings."""
    installed = zipfile.ZipFile(wheel)
    [name] = [name for name in installed.namelist() if name.endswith(".dist-info/entry_points.txt")]
    entry_points = ConfigParser()
    entry_points.read_string(installed.read(name).decode())
    assert dict(entry_points["pytest11"]) == {"statewright": "statewright.scenarios.pytest_plugin"}
    assert "statewright/scenarios/pytest_plugin.py" in installed.namelist()


def test_the_wheel_runs_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """The command line checks a file with nothing of the repository in sight."""
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    (tmp_path / "door.machine.yaml").write_text("machine: door\ninitial: shut\nstates: {open: {}}\n")
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from statewright.cli.__main__ import run; run()",
            "check",
            "door.machine.yaml",
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "installed")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith('door.machine.yaml:2:10: unknown state "shut"')
