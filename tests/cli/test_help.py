"""The help of the command line, and its answers to typos and usage errors."""

from __future__ import annotations

import tomllib

import click
import pytest

from statewright.cli.main import COMMAND_GROUPS, COMMANDS, statewright
from tests.cli.commands import CONFIG, Cli

PROJECT = tomllib.loads((CONFIG.parent / "pyproject.toml").read_text())["project"]
DOCUMENTATION = PROJECT["urls"]["Documentation"]
COMMAND_HELPS = [(name, "--help") for name in COMMANDS]


def test_without_arguments_the_first_commands_are_suggested(cli: Cli) -> None:
    """The message lists the commands to try first and the address of the documentation."""
    result = cli()
    suggested = [line.split()[1] for line in result.stderr.splitlines() if line.startswith("  statewright ")]
    assert result.exit_code == 2
    assert suggested == ["init", "check", "test", "demo"]
    assert result.stderr.endswith(f"{DOCUMENTATION}\n")
    assert max(map(len, result.stderr.splitlines())) <= 80


def test_the_overview_lists_every_command_once_under_its_heading(cli: Cli) -> None:
    """Every command is listed except for the demo, which is hidden."""
    lines = cli("--help").stdout.splitlines()
    headings = [line.removesuffix(":") for line in lines if line.removesuffix(":") in COMMAND_GROUPS]
    listed = [words[0] for line in lines if line.startswith("  ") and (words := line.split())[0] in COMMANDS]
    assert headings == list(COMMAND_GROUPS)
    assert sorted([*listed, "demo"]) == list(COMMANDS)


@pytest.mark.parametrize("arguments", [("--help",), *COMMAND_HELPS], ids=lambda arguments: arguments[0])
def test_every_help_fits_a_terminal_of_80_columns(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    """Examples fit too, although they are not wrapped."""
    monkeypatch.setenv("COLUMNS", "80")
    assert max(map(len, cli(*arguments).stdout.splitlines())) <= 80


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_and_every_command_is_described_in_a_sentence(name: str) -> None:
    """Each help text begins with a capital letter and ends with a full stop."""
    command = statewright.get_command(click.Context(statewright), name)
    assert command is not None
    helps = [(option.help or "").strip() for option in command.params if isinstance(option, click.Option)]
    assert [
        text
        for text in ((command.help or "").strip(), *helps)
        if not (text[:1].isupper() and text.endswith("."))
    ] == []


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"demo"}))
def test_every_help_ends_in_examples_of_its_command(cli: Cli, name: str) -> None:
    """Each example is a command that can be copied."""
    _, _, shown = cli(name, "--help").stdout.partition("\nExamples:\n")
    lines = shown.splitlines()
    assert lines
    assert all(line.startswith(f"  statewright {name}") for line in lines)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("chekc",), 'unknown command "chekc"; did you mean "check"?'),
        (("help",), 'unknown command "help"; did you mean "--help"?'),
        (("zzz",), 'unknown command "zzz"'),
        (("--debgu",), 'unknown option "--debgu"; did you mean "--debug"?'),
        (("check", "--fromat", "json"), 'unknown option "--fromat"; did you mean "--format"?'),
        (("show", "a/b", "--db-file", "x"), 'unknown option "--db-file"; did you mean "--db"?'),
        (("compat", "--from"), 'unknown option "--from"; did you mean "--from-store"?'),
        (("check", "--at", "3"), 'unknown option "--at"'),
        (("check", "-x"), 'unknown option "-x"'),
        (("compat", "--fail-on", "replai"), 'undecided, any; did you mean "replay"?'),
        (("rules", "-f", "jsno"), 'markdown; did you mean "json"?'),
        (("check", "-f", "srif"), 'sarif; did you mean "sarif"?'),
        (("schema", "scenario"), 'event; did you mean "scenarios"?'),
    ],
)
def test_a_typo_is_answered_with_a_suggestion(cli: Cli, arguments: tuple[str, ...], error: str) -> None:
    """Unknown commands, options and values are errors with a suggestion, if a similar name exists."""
    result = cli(*arguments)
    assert result.exit_code == 2
    assert result.stderr.endswith(f"{error}\n")
    assert "--help' for help.\n" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("run",), "missing argument FILE"),
        (("completion",), "missing argument {bash|zsh|fish}"),
        (("docs",), "missing option --into DIR"),
        (("check", "-f"), 'option "-f" requires an argument'),
        (("rules", "SW102", "SW103"), 'unexpected argument "SW103"'),
        (("run", "."), '"." is a folder; name a file'),
        (("run", "lost.jsonl"), 'file "lost.jsonl" does not exist'),
        (("docs", "--into", __file__), f'--into: "{__file__}" is a file; name a folder'),
        (("history", "a/b", "--at", "0", "--table", "t"), "--at: 0 is less than 1"),
        (("test", "--fail-under", "101"), "--fail-under: 101 is not between 0 and 100"),
        (("test", "--seed", "x"), '--seed: "x" is not an integer'),
    ],
)
def test_usage_errors_have_one_style(cli: Cli, arguments: tuple[str, ...], error: str) -> None:
    """Errors are in lower case with double quotes and no full stop, after the usage of the command."""
    result = cli(*arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"Usage: statewright {arguments[0]} ")
    assert result.stderr.splitlines()[-1] == f"Error: {error}"


@pytest.mark.parametrize("columns", ["50", "60", "70", "80"])
def test_help_never_breaks_a_line_at_a_hyphen(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    """Option names and other words with hyphens are never split."""
    monkeypatch.setenv("COLUMNS", columns)
    lines = [line for name in COMMANDS for line in cli(name, "--help").stdout.splitlines()]
    assert [line for line in lines if line.endswith("-")] == []
