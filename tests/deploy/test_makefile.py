"""What the deployment targets of the Makefile would run, by `make --dry-run`."""

from __future__ import annotations

import shlex
import subprocess

import pytest

from deploy.package import ROOT

SPACED = "/opt/my tools/it"


def command_of(module: str, target: str, *variables: str) -> list[str]:
    """The words of the one command of the target that names `module`."""
    make = ["make", "--dry-run", target, *variables]
    done = subprocess.run(make, cwd=ROOT, capture_output=True, text=True, check=True)
    [line] = [line for line in done.stdout.splitlines() if module in line]
    return shlex.split(line)


@pytest.mark.parametrize(
    ("module", "target", "variables", "option"),
    [
        ("deploy.package", "package", (f"INTERPRETER={SPACED}",), "--interpreter"),
        ("deploy.update", "update", ("FUNCTION=f", f"ZIP={SPACED}"), "--zip"),
    ],
)
def test_a_path_with_a_space_stays_one_word(
    module: str, target: str, variables: tuple[str, ...], option: str
) -> None:
    """In any folder."""
    words = command_of(module, target, *variables)
    assert words[words.index(option) + 1] == SPACED


def test_a_deployment_that_changes_nothing_succeeds() -> None:
    """The stack is as it should be; parameters are handed on as they were given."""
    words = command_of("sam deploy", "deploy", "PARAMETERS=FifoQueue=true MaximumConcurrency=50")
    assert "--no-fail-on-empty-changeset" in words
    assert words[-2:] == ["FifoQueue=true", "MaximumConcurrency=50"]


def test_an_update_asks_for_the_function() -> None:
    """Nothing is run without it."""
    done = subprocess.run(
        ["make", "--dry-run", "update"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "make update FUNCTION=name" in done.stderr
