"""The parsed settings of this project for GitHub, packaging and hooks."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent.parent
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
MAKEFILE = (ROOT / "Makefile").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def document(path: Path) -> Any:
    """Return the content of a YAML file with all scalars as strings, including the key `on`."""
    return yaml.load(path.read_text(), yaml.BaseLoader)


def jobs() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every job as (`file:job`, its settings)."""
    for path in WORKFLOWS:
        for name, job in document(path)["jobs"].items():
            yield f"{path.name}:{name}", job


def steps() -> Iterator[dict[str, Any]]:
    """Yield every step of every workflow."""
    for _, job in jobs():
        yield from job.get("steps", ())


def scripts() -> list[str]:
    """Return every shell script of every workflow, and `.ci/run`."""
    return [*(step["run"] for step in steps() if "run" in step), (ROOT / ".ci" / "run").read_text()]


def targets() -> set[str]:
    """Return the targets that the Makefile documents."""
    return set(re.findall(r"^([a-z0-9-]+):.*##", MAKEFILE, re.MULTILINE))


def locked_version(package: str) -> str:
    """Return the version of a package in the development requirements."""
    text = (ROOT / "requirements" / "dev.txt").read_text()
    [version] = re.findall(rf"^{re.escape(package)}==(\S+)", text, re.MULTILINE)
    return version
