"""Git repositories in which the real pre-commit runs our hooks.

The hooks come from a repository with a copy of this checkout, including uncommitted changes. pre-commit
clones it and installs it into its own environment, once for all tests.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
SECONDS_MAX = 300
WHAT_IS_INSTALLED = (
    "deploy",
    "engine",
    "schemas",
    "pyproject.toml",
    "hatch_build.py",
    "README.md",
    "LICENSE",
    ".pre-commit-hooks.yaml",
)
GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    **{
        f"GIT_{role}_{what}": "ada@example.org"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    },
}

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run a command: `run(folder, "git", "status")`. Both streams are merged, as in a terminal."""
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    home = str(tmp_path_factory.mktemp("pre-commit"))
    outside = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment = {**outside, **GIT, "PATH": programs, "PRE_COMMIT_HOME": home, "NO_COLOR": "1"}

    def done(folder: Path, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=folder,
            env={**environment, **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS_MAX,
            check=False,
        )

    return done


@pytest.fixture(scope="session")
def commit(run: Run) -> Callable[[Path, Mapping[str, str]], str]:
    """Write files into a repository, which is created if needed, commit them, and return the commit's id."""

    def committed(folder: Path, texts: Mapping[str, str]) -> str:
        write(folder, texts)
        if not (folder / ".git").exists():
            run(folder, "git", "init", "--quiet", "--initial-branch", "main")
        for command in (("add", "--all"), ("commit", "--quiet", "--message", "What stands here")):
            done = run(folder, "git", *command)
            assert done.returncode == 0, done.stdout
        return run(folder, "git", "rev-parse", "HEAD").stdout.strip()

    return committed


@pytest.fixture(scope="session")
def hook_repository(
    commit: Callable[[Path, Mapping[str, str]], str], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    """Create the repository of the hooks; return its folder and revision."""
    folder = tmp_path_factory.mktemp("statewright")
    for name in WHAT_IS_INSTALLED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    return folder, commit(folder, {})


@pytest.fixture
def consumer(
    hook_repository: tuple[Path, str], commit: Callable[[Path, Mapping[str, str]], str], tmp_path: Path
) -> Callable[[Mapping[str, str]], Path]:
    """Return a function that creates a repository with the given files and all our hooks."""

    def begun(texts: Mapping[str, str]) -> Path:
        place, revision = hook_repository
        hooks = [
            {"id": hook["id"]} for hook in yaml.safe_load((place / ".pre-commit-hooks.yaml").read_text())
        ]
        configuration = {"repos": [{"repo": str(place), "rev": revision, "hooks": hooks}]}
        folder = tmp_path / "consumer"
        commit(folder, {**texts, ".pre-commit-config.yaml": yaml.safe_dump(configuration)})
        return folder

    return begun


@pytest.fixture
def hook(run: Run) -> Run:
    """Run `hook(folder, "statewright-check")` through pre-commit on all tracked files."""

    def done(folder: Path, *hooks: str) -> subprocess.CompletedProcess[str]:
        run(folder, "git", "add", "--all")
        return run(folder, sys.executable, "-m", "pre_commit", "run", *hooks, "--all-files")

    return done


def write(folder: Path, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
