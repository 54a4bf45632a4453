"""Error handling at the edge of the program, and its help, version and colours."""

from __future__ import annotations

import shutil
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from statewright import __version__
from statewright.cli.main import COMMANDS, Edge, statewright
from statewright.errors import SettingsError
from tests.cli.commands import CONFIG, Cli


def raising(error: BaseException, *, debug: bool = False) -> Result:
    """Run a command that raises `error`."""

    @click.group(cls=Edge)
    @click.option("--debug", is_flag=True)
    def program(*, debug: bool) -> None: ...

    @program.command()
    def fail() -> None:
        raise error

    return CliRunner().invoke(program, ["--debug", "fail"] if debug else ["fail"])


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SettingsError("SQLITE_PATH", "is not set"), 2),
        (PermissionError(13, "Permission denied", "events.db"), 2),
        (KeyError("secret"), 3),
        (KeyboardInterrupt(), 130),
    ],
)
def test_each_kind_of_error_has_its_exit_code(error: BaseException, code: int) -> None:
    """Usage and environment errors exit with 2, internal errors with 3, and Ctrl-C with 130 as in shells."""
    result = raising(error)
    assert result.exit_code == code
    assert "Traceback" not in result.output


def test_an_internal_error_suggests_debug() -> None:
    """An internal error is one sentence, and `--debug` adds the traceback."""
    said = raising(ZeroDivisionError("why")).stderr
    assert said.startswith("Internal error: ZeroDivisionError: why\n")
    assert "statewright --debug" in said
    assert "Traceback" in raising(ZeroDivisionError("why"), debug=True).stderr


def test_the_version_is_that_of_the_package(cli: Cli) -> None:
    """`--version` prints the version of the package."""
    assert cli("--version").stdout == f"statewright, version {__version__}\n"


def test_debug_shows_the_log_lines(cli: Cli, tmp_path: Path) -> None:
    """`--debug` prints the handler's log lines, which are hidden by default."""
    (tmp_path / "config").mkdir()
    shutil.copy(CONFIG / "door.machine.yaml", tmp_path / "config")
    assert '"message": "batch settled"' in cli("--debug", "run", "-", input="{}").stderr
    assert "settled" not in cli("run", "-", input="{}").stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(cli: Cli, name: str) -> None:
    """The summary fits its line in the overview, and every option has a help text."""
    command = statewright.get_command(click.Context(statewright), name)
    assert command is not None
    assert command.name == name
    assert command.get_short_help_str(limit=60).endswith(("…", "...")) is False
    assert [
        option.name for option in command.params if isinstance(option, click.Option) and not option.help
    ] == []
    assert cli(name, "--help").exit_code == 0


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_the_shell(shell: str) -> None:
    """The script asks the program itself for completions."""
    result = CliRunner().invoke(statewright, ["completion", shell], prog_name="statewright")
    assert "_STATEWRIGHT_COMPLETE" in result.stdout


def test_only_terminals_without_no_color_get_colours(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR is respected: https://no-color.org"""
    text = "machine: door\ninitial: closed\n"
    assert "\x1b[38;5;" in cli("check", "-", input=text, terminal=True).stdout
    assert "\x1b" not in cli("check", "-", input=text).stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in cli("check", "-", input=text, terminal=True).stdout
