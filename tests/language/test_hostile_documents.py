"""Hostile files are rejected with findings, quickly and in little memory, without crashing the process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.language.hostile import CASES

_ROOT = Path(__file__).parents[2]
_MEGABYTES_MAX = 200


@pytest.fixture(scope="module")
def outcomes() -> dict[str, tuple[int, float]]:
    """Return the findings and processor seconds of every case, and the peak memory."""
    process = subprocess.run(
        [sys.executable, "-m", "tests.language.hostile"],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    lines = [json.loads(line) for line in process.stdout.splitlines()]
    return {name: (findings, seconds) for name, findings, seconds in lines}


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_a_hostile_file_is_refused_within_a_second(name: str, outcomes: dict[str, tuple[int, float]]) -> None:
    """A case that crashes the process is missing here, as are all later ones."""
    findings, seconds = outcomes[name]
    assert findings > 0
    assert seconds < 1


@pytest.mark.slow
def test_hostile_files_take_little_memory(outcomes: dict[str, tuple[int, float]]) -> None:
    """Nothing is built before the limits are checked."""
    kilobytes, _ = outcomes["peak kilobytes"]
    assert kilobytes < _MEGABYTES_MAX * 1024
