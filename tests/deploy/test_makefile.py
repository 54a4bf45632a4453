"""The commands of the Makefile's deployment targets, as printed by `make --dry-run`."""

from __future__ import annotations

import shlex
import subprocess

import pytest

from deploy.package import ROOT

SPACED = "/opt/my tools/it"


def command_of(module: str, target: str, *variables: str) -> list[str]:
    """The words of the target's only command that contains `module`."""
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
    """A path with spaces is passed as a single argument."""
    words = command_of(module, target, *variables)
    assert words[words.index(option) + 1] == SPACED


def test_a_deployment_that_changes_nothing_succeeds() -> None:
    """An empty change set is not an error, and parameters are passed on unchanged."""
    words = command_of("sam deploy", "deploy", "PARAMETERS=FifoQueue=true MaximumConcurrency=50")
    assert "--no-fail-on-empty-changeset" in words
    assert words[-2:] == ["FifoQueue=true", "MaximumConcurrency=50"]


def test_an_update_requires_a_function_name() -> None:
    """Without FUNCTION, make fails and shows the usage."""
    done = subprocess.run(
        ["make", "--dry-run", "update"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "make update FUNCTION=name" in done.stderr
