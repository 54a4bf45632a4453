"""Builds the distributions, installs the wheel into a virtual environment, and creates an application."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parent.parent
SECONDS_MAX = 300
FOLDERS_OF_THE_CHECKOUT = {"bench", "config", "deploy", "docs", "engine", "handler", "schemas", "tests"}

DOOR = """\
machine: door
initial: closed
states:
  closed: {accepts: {Open: open}}
  open: {accepts: {Close: closed}}
"""
COMMAND = '{"id": "c-1", "machine": "door", "aggregate_id": "front", "command": "Open"}'
OPENS = "scenarios:\n  - {name: a closed door opens, when: {command: Open}, then: {state: open}}\n"


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment in `folder`."""

    folder: Path

    def run(self, *command: object, where: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command with this environment's programs first on PATH and no PYTHON or AWS variables."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "AWS_"))}
        programs = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            [str(word) for word in command],
            cwd=where,
            env={**own, "PATH": programs, "NO_COLOR": "1", **variables},
            capture_output=True,
            text=True,
            timeout=SECONDS_MAX,
            check=False,
        )


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the sdist in the same folder."""
    return build(tmp_path_factory.mktemp("distributions"))


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with the wheel, its command line and pytest, in the locked versions."""
    environment = Environment(tmp_path_factory.mktemp("environment"))
    constraints = environment.folder / "constraints.txt"
    locked = re.findall(r"^[\w.-]+==[^\\\n]+", (ROOT / "requirements" / "dev.txt").read_text(), re.MULTILINE)
    constraints.write_text("\n".join(locked))
    subprocess.run([sys.executable, "-m", "venv", environment.folder], check=True, timeout=SECONDS_MAX)
    what = (f"statewright[cli] @ {wheel.as_uri()}", "pytest")
    done = environment.run("pip", "install", "-q", "-c", constraints, *what, where=environment.folder)
    assert done.returncode == 0, done.stderr
    return environment


def build(folder: Path, *options: str) -> Path:
    """Build and return the wheel; with `--wheel`, directly from the checkout instead of an sdist."""
    command = (sys.executable, "-m", "build", "--no-isolation", *options, "--outdir", folder, ROOT)
    subprocess.run(command, check=True, capture_output=True, timeout=SECONDS_MAX)
    [built] = folder.glob("*.whl")
    return built


def application_files(wheel: Path) -> dict[str, str]:
    """The files of a project whose modules have the names of checkout folders and of modules in the wheel.

    Importing any of these modules raises RuntimeError.
    """
    paths = [PurePosixPath(name) for name in zipfile.ZipFile(wheel).namelist() if name.endswith(".py")]
    ours = {path.stem for path in paths} | {part for path in paths for part in path.parts[1:-1]}
    names = (ours | FOLDERS_OF_THE_CHECKOUT) - sys.stdlib_module_names - {"__init__", "__main__"}
    modules = {f"{name}.py": f"raise RuntimeError({name!r})\n" for name in names}
    return {
        **modules,
        "engine/__init__.py": modules.pop("engine.py"),
        "statewright.toml": '[check]\nignore = {SW103 = "doors stay open"}\n',
        "door.machine.yaml": DOOR,
        "door.scenarios.yaml": OPENS,
        "commands.jsonl": COMMAND,
    }
