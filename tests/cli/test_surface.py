"""Conventions that all commands share: default folders, option names and metavars."""

from __future__ import annotations

import shutil
from pathlib import Path

import click
import pytest

from statewright.cli.main import COMMANDS, statewright
from tests.cli.commands import CONFIG, Cli, place

CONTEXT = click.Context(statewright)
OPTIONS = [
    (command, option)
    for name in COMMANDS
    if (command := statewright.get_command(CONTEXT, name)) is not None
    for option in command.params
    if isinstance(option, click.Option)
]
LOOKING = [
    ("check",),
    ("test",),
    ("compat", "--against", "."),
    ("verify", "--db", "events.db"),
    ("docs", "--into", "site"),
]


@pytest.fixture
def events(cli: Cli) -> Path:
    """Store an event in a file, without a definition in the current folder."""
    cli("run", "-", "--db", "events.db", "--definitions", CONFIG, input=place("c-1", "o-1"))
    return Path("events.db")


@pytest.mark.parametrize("arguments", LOOKING, ids=lambda arguments: str(arguments[0]))
@pytest.mark.parametrize("folder", [".", "config"])
def test_definitions_are_found_without_being_named(
    cli: Cli, events: Path, folder: str, arguments: tuple[str, ...]
) -> None:
    """They are read from the folder `config` if it exists, else from the current folder."""
    Path(folder).mkdir(exist_ok=True)
    for name in ("order.machine.yaml", "order.scenarios.yaml"):
        shutil.copy(CONFIG / name, folder)
    result = cli(*arguments)
    assert result.exit_code == 0, result.output


def test_the_folder_config_is_preferred_to_the_current_one(cli: Cli) -> None:
    """Definitions outside `config` are ignored."""
    Path("config").mkdir()
    shutil.copy(CONFIG / "door.machine.yaml", "config")
    Path("broken.machine.yaml").write_text("machine: broken\n")
    assert cli("check").exit_code == 0
    assert cli("check", ".").exit_code == 1


def test_run_finds_definitions_in_the_current_folder(cli: Cli) -> None:
    """`--definitions` does not need a folder `config` either."""
    shutil.copy(CONFIG / "order.machine.yaml", "order.machine.yaml")
    assert cli("run", "-", input=place("c-1", "o-1")).exit_code == 0


def test_a_folder_without_definitions_is_a_usage_error(cli: Cli) -> None:
    """A check of nothing must not look like success."""
    result = cli("check")
    assert 'no *.machine.yaml, *.machine.yml, *.machine.json in folder "."' in result.stderr
    assert result.exit_code == 2


def test_every_format_has_the_same_short_name(cli: Cli) -> None:
    """Every `--format` option has the short name `-f`."""
    formats = {tuple(option.opts) for _, option in OPTIONS if "--format" in option.opts}
    assert formats == {("--format", "-f")}


def test_db_comes_before_table_in_every_help() -> None:
    """The two options are next to each other."""
    by_command: dict[str | None, list[str]] = {}
    for command, option in OPTIONS:
        by_command.setdefault(command.name, []).append(option.opts[0])
    asking = [names for names in by_command.values() if "--table" in names]
    assert {names.index("--table") - names.index("--db") for names in asking} == {1}


def test_a_folder_is_called_dir_in_every_help() -> None:
    """A file is called FILE."""
    paths = [(option, option.type) for _, option in OPTIONS if isinstance(option.type, click.Path)]
    folders = [option.metavar for option, kind in paths if not kind.file_okay]
    files = [option.make_metavar(CONTEXT) for option, kind in paths if not kind.dir_okay]
    assert set(folders) == {"DIR"}
    assert set(files) == {"FILE"}
