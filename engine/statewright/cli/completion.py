"""The `completion` command: the script that teaches a shell to complete `statewright`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from statewright.cli.shared.exit_codes import ExitCode

PROGRAM = "statewright"
SHELLS = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def command(context: click.Context, shell: str) -> ExitCode:
    """Print the script that completes statewright in a shell.

    For bash: statewright completion bash > ~/.local/share/bash-completion/completions/statewright
    """
    complete = get_completion_class(shell)
    if complete is None:
        raise click.UsageError(f"no completion for {shell}")
    program = context.find_root().command
    click.echo(complete(program, {}, PROGRAM, f"_{PROGRAM.upper()}_COMPLETE").source())
    return ExitCode.CLEAN
