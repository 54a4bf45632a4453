"""`statewright check` with several names for one file, and with links and pipes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.commands import Cli, documents
from tests.cli.test_check import WARNING


@pytest.fixture
def door(tmp_path: Path) -> Path:
    """A definition with one warning, in a separate folder."""
    path = tmp_path / "machines" / "door.machine.yaml"
    path.parent.mkdir()
    path.write_text(WARNING)
    return path


def checked_files(cli: Cli, *paths: object) -> list[str]:
    """Return the file of every warning."""
    found = documents(cli("check", *paths, "--format", "jsonl"))
    return [finding["file"] for finding in found if finding["severity"] != "info"]


@pytest.mark.parametrize(
    "other",
    ["machines", "machines/*.yaml", "./machines/door.machine.yaml", "machines/../machines/door.machine.yaml"],
)
def test_a_file_with_two_names_is_checked_once(cli: Cli, door: Path, other: str) -> None:
    """Findings use the name that was given first."""
    assert checked_files(cli, "machines/door.machine.yaml", other) == ["machines/door.machine.yaml"]


def test_an_absolute_path_is_the_same_file(cli: Cli, door: Path) -> None:
    """A file named by an absolute path, as editors do, and by a relative path is checked once."""
    assert checked_files(cli, door, "machines/door.machine.yaml") == [str(door)]


def test_a_link_is_the_same_file(cli: Cli, door: Path) -> None:
    """A folder that contains a file and a link to it reports the findings once."""
    (door.parent / "alias.machine.yaml").symlink_to(door.name)
    assert checked_files(cli, "machines") == ["machines/alias.machine.yaml"]


def test_a_copy_is_another_file(cli: Cli, door: Path) -> None:
    """A copy is reported as a second definition of the machine."""
    (door.parent / "copy.machine.yaml").write_text(WARNING)
    assert "[SW009]" in cli("check", "machines").stdout


def test_a_broken_link_exits_2(cli: Cli, door: Path) -> None:
    """A link without a target is reported as a missing file."""
    (door.parent / "lost.machine.yaml").symlink_to("nowhere")
    result = cli("check", "machines")
    assert "machines/lost.machine.yaml: No such file or directory\n" in result.stderr
    assert result.exit_code == 2


@pytest.mark.parametrize("path", ["machines", "machines/*"])
def test_a_pipe_in_a_folder_is_skipped(cli: Cli, door: Path, path: str) -> None:
    """A named pipe is skipped, because reading it would block."""
    os.mkfifo(door.parent / "pipe.machine.yaml")
    result = cli("check", path)
    assert (result.exit_code, "door.machine.yaml:" in result.stdout) == (1, True)
