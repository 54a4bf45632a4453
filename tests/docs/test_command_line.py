"""The page about the command line agrees with the commands."""

from __future__ import annotations

from statewright.cli.main import COMMANDS
from statewright.cli.shared.exit_codes import ExitCode
from tests.docs.command_line import EXAMPLES, EXIT_CODES, MORE, PAGE, page, without_output


def test_the_page_is_current() -> None:
    """`python -m tests.docs.command_line` updates the page."""
    assert without_output(PAGE.read_text()) == page()


def test_every_exit_code_is_explained() -> None:
    """They are listed in ascending order."""
    assert list(EXIT_CODES) == list(ExitCode)


def test_only_existing_commands_have_examples_and_links() -> None:
    """A renamed command does not lose its examples and links silently."""
    assert EXAMPLES.keys() | MORE.keys() <= set(COMMANDS)
