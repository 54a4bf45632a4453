"""Finds a Python of the version that Lambda runs on this machine.

Runs each candidate, because version managers put names on PATH that only print an error.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from deploy.errors import InterpreterMissing
from deploy.target import Target

_PROBE = "import sys, pip; print(sys.implementation.cache_tag)"
_ANSWER_SECONDS_MAX = 30


def find_interpreter(target: Target, *, given: Path | None = None) -> Path:
    """A Python of the target's version with pip: `given`, or else the first one found.

    Raises InterpreterMissing.
    """
    tried = []
    for candidate in [str(given)] if given else _candidates(target):
        if _answer([candidate, "-I", "-c", _PROBE]) == target.cache_tag:
            return Path(candidate)
        tried.append(candidate)
    raise InterpreterMissing(target.python, tried)


def _candidates(target: Target) -> Iterator[str]:
    yield sys.executable
    yield shutil.which(target.runtime) or target.runtime
    if root := _answer(["pyenv", "root"]):
        versions = sorted(Path(root, "versions").glob(f"{target.python}.*"), key=_numbers, reverse=True)
        yield from (str(version / "bin" / "python") for version in versions)


def _numbers(version: Path) -> list[int]:
    return [int(digits) for digits in re.findall("[0-9]+", version.name)]


def _answer(command: list[str]) -> str | None:
    """The output of the command; None if it cannot be run or fails."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=_ANSWER_SECONDS_MAX
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
