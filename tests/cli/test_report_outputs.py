"""`--format FORMAT:FILE` in every command that has it: a report overwrites neither a report nor an input."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.commands import CONFIG, Cli
from tests.cli.test_check_project import TRAP


@pytest.fixture
def door(tmp_path: Path) -> Path:
    """Create a definition with scenarios in the current folder."""
    for kind in ("machine", "scenarios"):
        (tmp_path / f"door.{kind}.yaml").write_bytes((CONFIG / f"door.{kind}.yaml").read_bytes())
    return tmp_path / "door.machine.yaml"


@pytest.mark.parametrize("command", ["check", "test"])
@pytest.mark.parametrize("second", ["report", "./report", "link"])
def test_two_reports_do_not_share_a_file(cli: Cli, door: Path, command: str, second: str) -> None:
    """The second report would overwrite the first, so nothing is written."""
    (door.parent / "link").symlink_to("report")
    result = cli(command, door.name, "--format", "json:report", "--format", f"junit:{second}")
    assert f'two reports would go to "{second}"; give each its own file' in result.stderr
    assert (result.exit_code, Path("report").exists()) == (2, False)


@pytest.mark.parametrize(
    ("command", "report"),
    [("check", "door.machine.yaml"), ("test", "./door.machine.yaml"), ("test", "door.scenarios.yaml")],
)
def test_a_report_does_not_overwrite_an_input_file(cli: Cli, door: Path, command: str, report: str) -> None:
    """A typo must not destroy a definition."""
    before = Path(report).read_text()
    result = cli(command, ".", "--format", f"json:{report}")
    assert f"--format json:{report} would overwrite an input file" in result.stderr
    assert (result.exit_code, Path(report).read_text()) == (2, before)


def test_a_broken_input_file_is_not_overwritten_either(cli: Cli, door: Path) -> None:
    """A broken definition still contains its author's work."""
    door.write_text("machine: [")
    assert cli("test", ".", "--format", "json:door.machine.yaml").exit_code == 2
    assert door.read_text() == "machine: ["


def test_a_report_does_not_overwrite_the_baseline(cli: Cli, door: Path) -> None:
    """The baseline is an input as well."""
    cli("check", ".", "--baseline", "known.json", "--write-baseline")
    before = Path("known.json").read_text()
    result = cli("check", ".", "--baseline", "known.json", "--format", "json:known.json")
    assert (result.exit_code, Path("known.json").read_text()) == (2, before)


def test_no_fix_is_applied_if_the_report_cannot_be_written(cli: Cli, door: Path) -> None:
    """A command that is refused changes no file."""
    door.write_text(TRAP)
    result = cli("check", door.name, "--fix", "--format", f"json:{door.name}")
    assert (result.exit_code, door.read_text()) == (2, TRAP)


@pytest.mark.parametrize(
    ("file", "problem"),
    [("reports/x", 'folder "reports" does not exist'), (os.curdir, "is a folder")],
)
def test_a_report_needs_an_existing_folder_and_a_file_name(
    cli: Cli, door: Path, file: str, problem: str
) -> None:
    """The error quotes the option and its value, and nothing is checked."""
    result = cli("check", door.name, "--format", f"sarif:{file}")
    assert f'Error: --format: "sarif:{file}"' in result.stderr
    assert problem in result.stderr
    assert (result.exit_code, result.stdout) == (2, "")
