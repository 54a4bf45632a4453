"""The selection of files in folders and patterns, which `check`, the handler and other commands share."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.commands import Cli, envelope
from tests.cli.test_check import WARNING

DOOR = """\
machine: door
initial: closed
states:
  closed: {accepts: {Open: open}}
  open: {accepts: {Close: closed}}
"""
JSON = json.dumps({"machine": "door", "initial": "a", "states": {"a": {"final": True}}})
GATE = DOOR.replace("door", "gate")
BROKEN = "machine: ["
SCENARIOS = "scenarios: [{name: it opens, when: {command: Open}, then: {state: open}}]\n"
READ_A_FOLDER = (
    ("check",),
    ("docs", "--into", "pages"),
    ("test",),
    ("verify", "--db", "events.db"),
)


def lay(folder: Path, **texts: str) -> None:
    """Write files given by their paths, with `__` for a slash and `_` for a dot."""
    for name, text in texts.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def loads(cli: Cli, folder: str) -> bool:
    """Check whether the handler accepts a command to the door in that folder."""
    command = envelope("c-1", "door", "d-1", "Open")
    result = cli("run", "-", "--definitions", folder, "--verbose", "-f", "json", input=command)
    return result.exit_code == 0 and json.loads(result.stdout)["code"] == "ACCEPTED"


@pytest.mark.parametrize("second", ["machines/b", "machines/b/c", "machines"])
def test_a_machine_twice_in_a_folder_is_found_by_check(cli: Cli, tmp_path: Path, second: str) -> None:
    """At any depth, a second definition is reported as SW009, and the handler does not load the machine."""
    lay(tmp_path, machines__a__door_machine_yaml=DOOR)
    lay(
        tmp_path / second,
        copy_machine_json=json.dumps({"machine": "door", "initial": "a", "states": {"a": {}}}),
    )
    assert ("[SW009]" in cli("check", "machines").stdout, loads(cli, "machines")) == (True, False)


def test_folders_checked_separately_may_define_the_same_machine(cli: Cli, tmp_path: Path) -> None:
    """Two services may define the same machine in separate folders, but one folder may not contain both."""
    lay(tmp_path, a__door_machine_yaml=DOOR, b__door_machine_yaml=DOOR)
    assert cli("check", "a", "b").exit_code == 0
    assert cli("check", "*/door.machine.yaml").exit_code == 0
    assert cli("check", ".").exit_code == 1


def test_a_file_named_before_its_folder_belongs_to_the_folder(cli: Cli, tmp_path: Path) -> None:
    """A file named before its folder is checked once, and counts as a definition of the folder."""
    lay(tmp_path, a__door_machine_yaml=DOOR, b__door_machine_yaml=DOOR)
    assert cli("check", "b/door.machine.yaml", ".").stdout.count("[SW009]") == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "left_out", [".aws-sam", ".git", "node_modules", "build", "dist", "venv", "__pycache__"]
)
@pytest.mark.parametrize("command", READ_A_FOLDER, ids=lambda command: command[0])
def test_build_and_tool_folders_are_not_searched(
    cli: Cli, tmp_path: Path, db: Path, left_out: str, command: tuple[str, ...]
) -> None:
    """Commands that search a folder skip build output and tool folders at any depth."""
    lay(tmp_path / "m", door_machine_yaml=DOOR, door_scenarios_yaml=SCENARIOS)
    lay(tmp_path / "m" / left_out / "deep", door_machine_yaml=BROKEN, door_scenarios_yaml=BROKEN)
    name, *options = command
    assert "deep" not in cli(name, "m", *options).output
    assert loads(cli, "m")


def test_hidden_files_are_not_read(cli: Cli, tmp_path: Path) -> None:
    """Hidden files next to definitions, such as those of editors and other systems, are skipped."""
    lay(tmp_path / "m", door_machine_yaml=DOOR)
    (tmp_path / "m" / "._door.machine.yaml").write_bytes(b"\x00\x05")
    (tmp_path / "m" / ".#door.machine.yaml").symlink_to("ada@example.org.1234")
    assert (cli("check", "m").exit_code, loads(cli, "m")) == (0, True)


@pytest.mark.parametrize("named", [".hidden", ".hidden/door.machine.yaml", ".hidden/*", "build/*", "build"])
def test_a_skipped_folder_is_read_if_named(cli: Cli, tmp_path: Path, named: str) -> None:
    """Only searches skip hidden and build folders; a path or pattern that names one is read."""
    for folder in (".hidden", "build"):
        lay(tmp_path / folder, door_machine_yaml=WARNING)
    assert "[SW103]" in cli("check", named).stdout


def test_links_to_folders_are_not_followed(cli: Cli, tmp_path: Path) -> None:
    """A search ignores links to folders, and reports a link to itself once."""
    lay(tmp_path / "m", door_machine_yaml=DOOR)
    (tmp_path / "m" / "again").symlink_to(".", target_is_directory=True)
    (tmp_path / "m" / "circle.machine.yaml").symlink_to("circle.machine.yaml")
    result = cli("check", "m")
    assert (result.exit_code, result.stderr.count("circle.machine.yaml")) == (2, 1)
    (tmp_path / "m" / "circle.machine.yaml").unlink()
    assert (cli("check", "m").exit_code, loads(cli, "m")) == (0, True)


@pytest.mark.parametrize("pattern", ["project/*", "project/**", "proj*", "project/*.yaml"])
def test_a_pattern_selects_only_definitions(cli: Cli, tmp_path: Path, pattern: str) -> None:
    """Scenarios and other files that the pattern matches are not read as definitions."""
    others = {"README_md": "# Doors\n", "values_yaml": "a: 1\n"}
    lay(tmp_path / "project", door_machine_yaml=DOOR, door_scenarios_yaml=SCENARIOS, **others)
    result = cli("check", pattern)
    assert (result.exit_code, "SW00" in result.stdout) == (0, False)


def test_scenarios_in_the_arguments_are_skipped(cli: Cli, tmp_path: Path) -> None:
    """Shells expand patterns, so a file of scenarios among the arguments is skipped with a message."""
    lay(tmp_path, door_machine_yaml=DOOR, door_scenarios_yaml=SCENARIOS)
    result = cli("check", "door.machine.yaml", "door.scenarios.yaml")
    assert result.exit_code == 0
    assert "door.scenarios.yaml: skipped, because it contains scenarios" in result.stderr


@pytest.mark.parametrize("named", ["door.scenarios.yaml", "*.scenarios.yaml"])
def test_a_check_of_scenarios_alone_exits_2(cli: Cli, tmp_path: Path, named: str) -> None:
    """Checking no definitions must not look like success."""
    lay(tmp_path, door_machine_yaml=DOOR, door_scenarios_yaml=SCENARIOS)
    assert cli("check", named).exit_code == 2


def test_a_pattern_skips_build_folders(cli: Cli, tmp_path: Path) -> None:
    """A pattern matches files in a build folder only if it names the folder."""
    lay(tmp_path, a__door_machine_yaml=DOOR, a__build__door_machine_yaml=BROKEN)
    assert cli("check", "**/*.machine.yaml").exit_code == 0
    assert cli("check", "a/build/*.machine.yaml").exit_code == 1


def test_a_pattern_may_match_definitions_with_other_names(cli: Cli, tmp_path: Path) -> None:
    """A pattern that matches no `*.machine.yaml` selects all matching files except scenarios."""
    lay(tmp_path, one_yaml=WARNING, one_scenarios_yaml=SCENARIOS, a__gate_machine_yaml=GATE)
    assert "one.yaml:" in cli("check", "*.yaml").stdout
