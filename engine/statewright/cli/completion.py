"""The `completion` command: the script that teaches a shell to complete `statewright`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

PROGRAM = "statewright"
SHELLS = ("bash", "zsh", "fish")


def completion_script(program: click.Command, shell: str) -> str:
    """`shell`: one of SHELLS."""
    complete = get_completion_class(shell)
    if complete is None:
        raise click.UsageError(f"no completion for {shell}")
    return complete(program, {}, PROGRAM, f"_{PROGRAM.upper()}_COMPLETE").source()
