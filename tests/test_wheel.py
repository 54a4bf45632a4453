"""The wheel contains everything that runs and nothing else, and does not interfere with applications."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.distribution import Environment, application_files, build

IMPORT_EVERYTHING = """
import importlib, pkgutil, statewright
for found in pkgutil.walk_packages(statewright.__path__, "statewright."):
    importlib.import_module(found.name)
    print(found.name)
"""
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def in_application(installed: Environment, wheel: Path, tmp_path: Path) -> Run:
    """Run a command in an application whose modules come first on Python's path."""
    for name, text in application_files(wheel).items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    def done(*command: str) -> subprocess.CompletedProcess[str]:
        return installed.run(*command, where=tmp_path, PYTHONPATH=".")

    return done


def test_the_wheel_holds_the_packages_their_data_and_types(wheel: Path) -> None:
    """The wheel has the schemas, the `py.typed` marker, the templates and the examples of rules."""
    names = set(zipfile.ZipFile(wheel).namelist())
    schemas = {f"schemas/{name}.schema.json" for name in ("machine", "command", "event", "scenarios")}
    templates = {"cli/templates/machine.yaml", "cli/templates/requirements.txt", "deploy/template.yaml"}
    examples = {f"lint/examples/{name}" for name in ("bad/syntax.machine.yaml", "bad/syntax.out")}
    expected = {*schemas, *templates, *examples, "py.typed", "cli/main.py", "aws/app.py"}
    assert {f"statewright/{name}" for name in expected} <= names


def test_the_wheel_holds_nothing_that_only_developers_need(wheel: Path) -> None:
    """The wheel contains only the package `statewright` and its metadata."""
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"statewright"}


def test_every_link_of_the_description_leads_somewhere_on_an_index(wheel: Path) -> None:
    """An index shows README.md without the files next to it, so links and the picture are absolute."""
    [metadata] = [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith("/METADATA")]
    targets = re.findall(r"\]\(([^)]+)\)", zipfile.ZipFile(wheel).read(metadata).decode())
    assert len(targets) > 30
    assert [target for target in targets if not target.startswith("https://")] == []


def test_the_checkout_and_the_sdist_make_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    """Wheels built from the checkout and from the sdist are byte-identical."""
    assert build(tmp_path, "--wheel").read_bytes() == wheel.read_bytes()


def test_the_wheel_registers_its_pytest_plugin(wheel: Path) -> None:
    """Scenarios become tests without any configuration."""
    installed = zipfile.ZipFile(wheel)
    [name] = [name for name in installed.namelist() if name.endswith(".dist-info/entry_points.txt")]
    entry_points = ConfigParser()
    entry_points.read_string(installed.read(name).decode())
    assert dict(entry_points["pytest11"]) == {"statewright": "statewright.scenarios.pytest_plugin"}
    assert "statewright/scenarios/pytest_plugin.py" in installed.namelist()


def test_the_wheel_runs_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """The command line checks a file without access to the repository."""
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


@pytest.mark.e2e
@pytest.mark.parametrize("name", ["engine", "handler", "schemas", "deploy", "config", "tests"])
def test_no_folder_of_the_checkout_can_be_imported(installed: Environment, tmp_path: Path, name: str) -> None:
    """Importing a checkout folder fails in an environment with the wheel."""
    done = installed.run("python", "-c", f"import {name}", where=tmp_path)
    assert done.stderr.splitlines()[-1] == f"ModuleNotFoundError: No module named '{name}'"


@pytest.mark.e2e
def test_an_application_finds_its_own_modules(in_application: Run) -> None:
    """Application modules named `engine` and `schemas` are found in the application."""
    code = "from importlib.util import find_spec as f; print(f('engine').origin, f('schemas').origin)"
    engine, schemas = in_application("python", "-c", code).stdout.split()
    assert engine.endswith("/engine/__init__.py")
    assert [Path(schemas).name, Path(schemas).parent] == ["schemas.py", Path(engine).parents[1]]


@pytest.mark.e2e
def test_no_module_imports_one_of_the_application(in_application: Run) -> None:
    """All modules can be imported next to application modules of the same names."""
    done = in_application("python", "-c", IMPORT_EVERYTHING)
    assert done.returncode == 0, done.stderr
    assert {"statewright.cli.main", "statewright.aws.app"} <= set(done.stdout.split())


@pytest.mark.e2e
@pytest.mark.parametrize(
    "program", [("statewright",), ("python", "-m", "statewright.cli")], ids=["script", "module"]
)
@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("check",), ""),
        (("test",), "1 scenario: all passed\n"),
        (("compat", "--against", "."), ""),
        (("run", "commands.jsonl", "--db", "events.db"), "1  ACCEPTED\n"),
    ],
    ids=["check", "test", "compat", "run"],
)
def test_commands_run_in_an_application(
    in_application: Run, program: tuple[str, ...], command: tuple[str, ...], said: str
) -> None:
    """Commands work in a folder with application modules of the same names."""
    done = in_application(*program, *command)
    assert done.returncode == 0, done.stdout + done.stderr
    assert said in done.stdout + done.stderr


@pytest.mark.e2e
def test_pytest_runs_the_scenarios_of_an_application(in_application: Run) -> None:
    """pytest collects and runs scenario files through the plugin in the wheel."""
    done = in_application("python", "-m", "pytest", "-p", "no:cacheprovider", "-v")
    assert done.returncode == 0, done.stdout
    assert "door.scenarios.yaml::a closed door opens PASSED" in done.stdout
