"""The page of the command line says what the commands say."""

from __future__ import annotations

from statewright.cli.main import COMMANDS
from statewright.cli.shared.exit_codes import ExitCode
from tests.docs.command_line import EXAMPLES, EXIT_CODES, MORE, PAGE, page, without_output


def test_the_page_is_current() -> None:
    """`python -m tests.docs.command_line` rewrites it."""
    assert without_output(PAGE.read_text()) == page()


def test_every_exit_code_is_explained() -> None:
    """In the order of the codes."""
    assert list(EXIT_CODES) == list(ExitCode)


def test_only_commands_that_exist_have_examples_and_links() -> None:
    """A renamed command does not lose them silently."""
    assert EXAMPLES.keys() | MORE.keys() <= set(COMMANDS)
