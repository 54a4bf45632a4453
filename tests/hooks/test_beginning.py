"""The files that `statewright init` writes work with pre-commit and in a CI workflow."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.hooks.conftest import ROOT, Run, write

pytestmark = pytest.mark.e2e

SUMMARY = "summary.md"
Commit = Callable[[Path, Mapping[str, str]], str]


@pytest.fixture
def project(run: Run, commit: Commit, tmp_path: Path) -> Path:
    """Create a new project with one commit, which is also the target branch."""
    folder = tmp_path / "project"
    done = run(tmp_path, "statewright", "init", "parcel", "--into", str(folder))
    assert done.returncode == 0, done.stdout
    commit(folder, {})
    run(folder, "git", "update-ref", "refs/remotes/origin/main", "HEAD")
    return folder


@pytest.fixture(scope="session")
def runner(
    run: Run, wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Path], dict[str, Any]]:
    """Run the workflow's steps in an empty environment with our wheel. Returns results by step name."""
    environment = tmp_path_factory.mktemp("runner")
    assert run(ROOT, sys.executable, "-m", "venv", str(environment)).returncode == 0

    def done(folder: Path) -> dict[str, Any]:
        variables = {
            "PATH": f"{environment / 'bin'}:/usr/bin:/bin",
            "PIP_FIND_LINKS": str(wheel.parent),
            "GITHUB_BASE_REF": "main",
            "GITHUB_STEP_SUMMARY": str(folder / SUMMARY),
        }
        return {name: run(folder, "bash", "-e", "-c", script, **variables) for name, script in steps(folder)}

    return done


def steps(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the names and scripts of the steps that run a script."""
    workflow = yaml.safe_load((folder / ".github" / "workflows" / "statewright.yaml").read_text())
    for step in workflow["jobs"]["machines"]["steps"]:
        if "run" in step:
            yield step["name"], step["run"]


def test_the_first_commit_passes_pre_commit(project: Path, hook: Run) -> None:
    """The configuration needs no changes."""
    done = hook(project)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("Passed") == 2
    assert "[WARNING]" not in done.stdout


def test_a_mistake_fails_pre_commit(project: Path, hook: Run) -> None:
    """The hooks check the project's files."""
    machine = project / "config" / "parcel.machine.yaml"
    write(
        project, {"config/parcel.machine.yaml": machine.read_text().replace("target: done", "target: gone")}
    )
    done = hook(project)
    assert done.returncode == 1
    assert 'unknown state "gone"' in done.stdout


def test_the_workflow_passes(project: Path, runner: Callable[[Path], dict[str, Any]]) -> None:
    """Every step succeeds."""
    results = runner(project)
    assert {name: done.stdout for name, done in results.items() if done.returncode} == {}
    assert list(results) == ["install", "check", "test", "compat", "summary"]


def test_the_workflow_fails_for_a_change_that_breaks_replay(
    project: Path, runner: Callable[[Path], dict[str, Any]]
) -> None:
    """The step `compat` fails, and so does `test`, because the change breaks a scenario."""
    machine = (project / "config" / "parcel.machine.yaml").read_text()
    write(project, {"config/parcel.machine.yaml": machine.replace("data.items + event.count", "event.count")})
    results = runner(project)
    assert [name for name, done in results.items() if done.returncode] == ["test", "compat"]
    assert "### statewright compat: 🔴 breaks replay: " in (project / SUMMARY).read_text()
