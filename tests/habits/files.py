"""The project's own settings for GitHub, packaging and hooks, parsed."""

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
    """The content of a YAML file; `on` stays the text that it is."""
    return yaml.load(path.read_text(), yaml.BaseLoader)


def jobs() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every job as (`file:job`, its settings)."""
    for path in WORKFLOWS:
        for name, job in document(path)["jobs"].items():
            yield f"{path.name}:{name}", job


def steps() -> Iterator[dict[str, Any]]:
    """Every step of every workflow."""
    for _, job in jobs():
        yield from job.get("steps", ())


def scripts() -> list[str]:
    """Every shell script of every workflow, and the gate."""
    return [*(step["run"] for step in steps() if "run" in step), (ROOT / ".ci" / "run").read_text()]


def targets() -> set[str]:
    """The targets that the Makefile documents."""
    return set(re.findall(r"^([a-z0-9-]+):.*##", MAKEFILE, re.MULTILINE))


def locked_version(package: str) -> str:
    """The version of a package in the requirements for development."""
    text = (ROOT / "requirements" / "dev.txt").read_text()
    [version] = re.findall(rf"^{re.escape(package)}==(\S+)", text, re.MULTILINE)
    return version
